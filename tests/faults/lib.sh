# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the drills share: a stack of their own, chance by the seed, what was done when, and the judge at the end. Sourced
# by a drill, which tests/faults/run starts.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export LM_PRESET=${LM_PRESET:-release}
export LM_STACK_DIR=${LM_FAULTS_DIR:-$root/build/faults}
export LM_HTTP_PORT=${LM_FAULTS_PORT:-8110}
export LM_WORLD_ADDR=${LM_FAULTS_ADDR:-127.0.0.11}
stack=$LM_STACK_DIR
leadmachine=$root/build/$LM_PRESET/bin/leadmachine
rounds=${FAULTS_ROUNDS:?} seed=${FAULTS_SEED:?} companies=${FAULTS_COMPANIES:?}
began=${EPOCHREALTIME/[.,]/}
RANDOM=$seed

# shellcheck source=tests/e2e/lib.sh
. "$here/../e2e/lib.sh"

did() { # what was done, with the seconds since the beginning
    local us=$((${EPOCHREALTIME/[.,]/} - began))
    printf '%5d.%03d s  %s\n' $((us / 1000000)) $((us / 1000 % 1000)) "$*"
}

# Both answer in REPLY: a subshell would draw the same number again and again.
below() { # N; a number from 0 to N-1, by the seed
    REPLY=$(((RANDOM * 32768 + RANDOM) % $1))
}

pick() { # one of the arguments, by the seed
    below $#
    REPLY=${*:REPLY+1:1}
}

nap_ms() {
    sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
}

# The judge: nothing lost, nothing twice, whatever happened.
judge() {
    "$leadmachine" doctor data --dir "$stack" >"$stack/doctor.json" || true
    holds "leadmachine doctor data finds nothing" "$(jq -r 'if .ok then 1 else 0 end' "$stack/doctor.json")"
    jq -r '.checks[] | select(.ok | not) | "        \(.schema) \(.name): \(.count) \(.examples)"' "$stack/doctor.json"
}
