# Sourced: goes to a working copy of this folder in the build tree ($root/build or $OKR_BUILD), with the
# packages of package-lock.json, each checked by its hash.
work=${OKR_BUILD:-$root/build}/browser
mkdir -p "$work/contract"
cp "$here"/*.mjs "$here"/package*.json "$work/"
cd "$work"
if ! cmp -s package-lock.json installed.json; then
    npm ci --ignore-scripts --no-audit --no-fund --silent
    cp package-lock.json installed.json
fi
