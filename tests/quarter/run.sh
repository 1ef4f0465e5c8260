#!/usr/bin/env bash
# A department's quarter, made up from a seed, is entered week by week through okr and okr-plan-sync, and at its
# end every report is compared with what check.py computes from the seed's data. ./dev quarter [SEED] [full|small]
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
bin=$(readlink -f "${OKR_BIN:-$here/../../build/bin}")
seed=${1:-1} size=${2:-full}
[[ $seed =~ ^[0-9]+$ && $size =~ ^(full|small)$ ]] || { echo "usage: quarter [SEED] [full|small]" >&2; exit 2; }

dir=$(mktemp -d /tmp/okr-quarter.XXXXXX)
chmod 755 "$dir"
trap 'rm -rf "$dir"' EXIT
export PYTHONDONTWRITEBYTECODE=1
python3 "$here/play.py" "$bin" "$dir" "$seed" "$size"
python3 "$here/check.py" "$dir"
