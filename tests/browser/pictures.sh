#!/usr/bin/env bash
# ./dev pictures: okr-web of the running demo, photographed. Writes client/web/pictures/board.png and client/web/pictures/month.png, or
# with --all FOLDER each page at three widths there.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$(readlink -f "$here/../..")
to=$root/client/web/pictures
[[ ${1:-} != --all ]] || to=$(readlink -m "${2:?--all takes a folder}")
mkdir -p "$to"
state=$(sed -n "s/^export XDG_STATE_HOME='\([^']*\)'.*/\1/p" "$root/build/okr-demo")
OKR_WEB=http://127.0.0.1:$(<"$state/../web.port")
OKR_WEB_TOKENS=$(awk -F'\t' '{ printf "%s=%s ", $2, $3 }' "$state/okr/credentials")
export OKR_WEB OKR_WEB_TOKENS
. "$here/packages.sh"
if [[ ${1:-} == --all ]]; then
    node pictures.mjs --all "$to"
else
    node pictures.mjs "$to"
fi
