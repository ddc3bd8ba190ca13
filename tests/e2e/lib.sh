# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the end-to-end tests share: the stack of tests/e2e/stack, its API and its database. Sourced; who has another stack
# sets `stack` before.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stack=${stack:-$root/build/e2e}
result=$stack.json # what tools/run --json printed
failures=0

sql() {
    psql -XqAt "host=$stack/postgres/socket user=postgres dbname=leadmachine" -c "$1"
}

log_in() {
    url=$(jq -r .url "$result")
    token=$(jq -c .login "$result" |
        curl -sS --fail-with-body -X POST "$url/api/auth/login" -H 'Content-Type: application/json' --data @- |
        jq -er .access_token)
}

api() { # METHOD path [json]
    curl -sS --fail-with-body -X "$1" "$url/api$2" -H "Authorization: Bearer $token" \
        -H 'Content-Type: application/json' ${3+--data "$3"}
}

# what is expected, and the value that must not be 0 or empty
holds() {
    if [ -n "$2" ] && [ "$2" != 0 ] && [ "$2" != false ]; then
        echo "ok      $1"
    else
        echo "FAILED  $1 (got '$2')"
        failures=$((failures + 1))
    fi
}

# what must never be, and how often it is
none() {
    if [ "$2" = 0 ]; then
        echo "ok      never: $1"
    else
        echo "FAILED  $1 (got '$2')"
        failures=$((failures + 1))
    fi
}

finish() {
    [ "$failures" = 0 ] || exit 1
}
