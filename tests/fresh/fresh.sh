#!/usr/bin/env bash
# ./dev fresh bookworm|trixie [--test] [--lint]: whether a person with nothing but a bare Debian and a clone
# of the commit gets what the README promises: its first command (./dev demo), with --test its second
# (./dev test), with --lint both compilers without a warning. What is installed comes from the machine's
# Debian mirror. The bare root is kept in build/fresh/SUITE.bare, what was made of it in build/fresh/SUITE.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
repository=$PWD

die() {
    printf 'fresh: %s\n' "$*" >&2
    exit 1
}

suite=${1:-} commands=("./dev demo")
[[ $suite == bookworm || $suite == trixie ]] || die "which Debian? ./dev fresh bookworm|trixie [--test] [--lint]"
for option in "${@:2}"; do
    case $option in
    --test) commands+=("./dev test") ;;
    --lint) commands+=("./dev lint") ;;
    *) die "$option: no such option" ;;
    esac
done
((EUID == 0)) || die "needs root, for debootstrap and chroot: sudo ./dev fresh $suite"
mirror=$({ grep -rhoE '\bhttps?://[^ ]*/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d || true; } \
    2>/dev/null | head -1 | tr -d ' ')
mirror=${mirror:-http://deb.debian.org/debian}
bare=build/fresh/$suite.bare root=build/fresh/$suite

make_bare() {
    mkdir -p build/fresh
    rm -rf "$bare.new"
    echo "making a bare $suite from $mirror"
    debootstrap --variant=minbase "$suite" "$bare.new" "$mirror" >build/fresh/debootstrap.log 2>&1 ||
        { tail -5 build/fresh/debootstrap.log >&2; die "debootstrap failed"; }
    mv "$bare.new" "$bare"
}

# How this machine reaches its mirror is all that the root is told; and that nobody wants a service started.
prepare() {
    local security=${mirror%/debian*}/debian-security file
    rm -rf "$root"
    cp -a --reflink=auto "$bare" "$root"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
        if grep -qsE '^ *Acquire' "$file"; then cp "$file" "$root/etc/apt/apt.conf.d"; fi
    done
    printf 'deb %s main\n' "$mirror $suite" "$mirror $suite-updates" "$security $suite-security" \
        >"$root/etc/apt/sources.list"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    git -c advice.detachedHead=false clone -q --no-hardlinks "$repository" "$root/okrd"
    git -C "$root/okrd" checkout -q --detach "$(git rev-parse HEAD)"
}

# Everything that runs in it, and every mount, is gone when this ends.
in_root() {
    unshare --mount --pid --fork --kill-child bash -euc '
        mount --make-rprivate /
        mount -t proc proc "$0/proc"
        mount --rbind /dev "$0/dev"
        mount -t tmpfs -o mode=1777 shm "$0/dev/shm"
        exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
            TERM=dumb DEBIAN_FRONTEND=noninteractive bash -euc "cd /okrd && $1"' "$root" "$1"
}

[[ -z $(git status --porcelain) ]] || echo "what is not committed is not in it"
[[ -d $bare ]] || make_bare
prepare
printf 'commit %s on %s\n' "$(git rev-parse --short HEAD)" \
    "$(grep -h PRETTY_NAME "$root/etc/os-release" | cut -d'"' -f2)"
for command in "${commands[@]}"; do
    printf '\n$ %s\n' "$command"
    begun=$SECONDS
    in_root "$command" || die "$suite: $command failed"
    printf '(%d s)\n' "$((SECONDS - begun))"
done
echo "fresh: $suite is fine"
