# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
# For benches of the whole machine: the stack that tools/run makes, in the bench's own folder, without its first run of
# the pipeline. Sourced after lib.sh.
export LM_STACK_DIR=$work/stack LM_HTTP_PORT=$port LM_WORLD_ADDR=${BENCH_ADDR:-127.0.0.71} LM_PRESET=$preset
stack=$LM_STACK_DIR
database=leadmachine
url=http://127.0.0.1:$port
token=

sql() { # SQL [DATABASE]
    psql -XqAt -v ON_ERROR_STOP=1 "host=$stack/postgres/socket user=postgres dbname=${2-$database}" -c "$1"
}

start_stack() { # arguments of tools/run
    mkdir -p "$stack"
    touch "$stack/ran"
    "$root/tools/run" --detach "$@" 2>>"$work/log"
    log_in demo
}

stop_stack() {
    [ ! -d "$stack" ] || "$root/tools/run" --stop >>"$work/log" 2>&1 || true
}
trap 'stop_stack; leave' EXIT

leadmachine() {
    "$bin/leadmachine" "$@" --dir "$stack"
}

log_in() { # [TENANT]
    local password
    password=$(sed -n 's/^LM_OWNER_PASSWORD=//p' "$stack/secrets")
    token=$(curl -sS --fail-with-body -X POST "$url/api/auth/login" -H 'Content-Type: application/json' \
        --data "{\"username\":\"owner\",\"password\":\"$password\",\"tenant\":\"${1-demo}\"}" | jq -er .access_token)
}

api() { # METHOD path [json]
    curl -sS --fail-with-body -X "$1" "$url/api$2" -H "Authorization: Bearer $token" \
        -H 'Content-Type: application/json' ${3+--data "$3"}
}

service_pids() { # of all replicas, with their names: "scraper 123"
    leadmachine status --json | jq -r '.[] | "\(.service) \(.pid)"'
}

# kB of a process. PSS: what it shares with others counts in parts, so that the sum over all is what they take.
memory_of() { # Pss|Rss PID
    awk -v what="$1:" '$1 == what {print $2}' "/proc/$2/smaps_rollup" 2>/dev/null || echo 0
}
