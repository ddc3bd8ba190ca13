# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What tools/run and tools/test share: packages, Node, the builds. Sourced; $root is the checkout.
: "${root:?}"

say() {
    printf '%s\n' "$*" >&2
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Runs a long step quietly; shows the end of its log when it fails.
step() { # title log command...
    local title=$1 log=$2 from=$SECONDS
    shift 2
    printf '%-34s' "$title" >&2
    mkdir -p "${log%/*}"
    if "$@" >"$log" 2>&1 </dev/null; then
        printf '%4d s\n' $((SECONDS - from)) >&2
    else
        printf 'failed\n' >&2
        tail -n 40 "$log" >&2
        die "$title failed; all of it is in $log"
    fi
}

# Packages of the given kinds (build run test) from tools/packages that are not installed.
missing_packages() {
    local kinds=" $* " name kind installed
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null | awk '$2 == "installed" {print $1}')
    while read -r name kind _; do
        case $name in '' | '#'*) continue ;; esac
        [[ $kinds == *" $kind "* ]] || continue
        grep -qxF "$name" <<<"$installed" || echo "$name"
    done <"$root/tools/packages"
}

# No daemon of a package is started and no cluster is made; both switches are gone afterwards.
install_quietly() {
    local policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.d/leadmachine.conf had_policy=0
    [ -e $policy ] && had_policy=1
    if [ $had_policy = 0 ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
    fi
    as_root mkdir -p ${cluster%/*}
    echo 'create_main_cluster = false' | as_root tee $cluster >/dev/null
    local status=0
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 update || status=1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" || status=1
    as_root rm -f $cluster
    [ $had_policy = 1 ] || as_root rm -f $policy
    return $status
}

install_packages() { # kinds...
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} = 0 ] && return
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || die "needs root or sudo to install: ${missing[*]}"
    step "installing ${#missing[@]} packages" "$root/build/log/packages.log" install_quietly "${missing[@]}"
}

# Node 20.19 or newer: the machine's, or one of the project's own from the npm registry (Debian 12 has 18).
export PATH="$root/build/node/node_modules/.bin:$PATH"

node_is_new_enough() {
    command -v node >/dev/null && command -v npm >/dev/null &&
        node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||(a===20&&b>=19)?0:1)'
}

fetch_node() {
    node_is_new_enough && return
    npm install --no-audit --no-fund --prefix "$root/build/node" node@20.19.5 npm@10.9.4 || return
    hash -r
    node_is_new_enough
}

# All that is missing of these kinds, and Debian's npm where Node must be fetched with it.
install_for() { # kinds...
    node_is_new_enough || set -- "$@" node
    install_packages "$@"
}

# The dashboard is built again when something of it changed.
dashboard_is_fresh() {
    local stamp=$root/build/dashboard/.built
    [ -f "$stamp" ] && [ -z "$(find "$root/services/dashboard" "$root/proto" -name node_modules -prune -o -type f -newer "$stamp" -print -quit)" ]
}

# Waits for the network, so it runs beside the compiler.
fetch_dashboard() {
    fetch_node || return
    cd "$root/services/dashboard" || return
    if [ ! -d node_modules ] || [ package-lock.json -nt node_modules ]; then
        npm ci --no-audit --no-fund || return
        touch node_modules
    fi
}

fetching=
start_fetching_dashboard() {
    mkdir -p "$root/build/log"
    fetch_dashboard >"$root/build/log/fetch.log" 2>&1 </dev/null &
    fetching=$!
}

build_dashboard_now() { # preset
    cd "$root/services/dashboard" || return
    LM_OPENAPI="$root/build/$1/gen/openapi.json" npm run build -- --outDir "$root/build/dashboard" --emptyOutDir || return
    touch "$root/build/dashboard/.built"
}

configure() { # preset
    [ -f "$root/build/$1/build.ninja" ] || (cd "$root" && cmake --preset "$1")
}

build() { # preset target
    step "building $2 ($1)" "$root/build/log/build-$1.log" build_now "$1" "$2"
}

build_now() {
    configure "$1" && cmake --build "$root/build/$1" --target "$2"
}

build_dashboard() { # preset
    if [ -n "$fetching" ]; then
        wait "$fetching" || die "Node or the dashboard's packages could not be fetched: $(tail -n 5 "$root/build/log/fetch.log")"
    fi
    dashboard_is_fresh || step "building the dashboard" "$root/build/log/dashboard.log" build_dashboard_now "$1"
}
