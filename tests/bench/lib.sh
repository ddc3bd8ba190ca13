# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the benches share: rows and samples, rounds in turn, a PostgreSQL of their own, and nothing left behind. Sourced by
# a bench, which tests/bench/run starts. Figures go to stdout as bench.h has them; words for people go to stderr.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
preset=${LM_PRESET:-release}
bin=$root/build/$preset/bin         # the services
programs=$root/build/$preset/bench  # of tests/bench/CMakeLists.txt
peers=$root/build/bench/peers       # node_modules of the peers from npm
work=${BENCH_WORK:?}                # this bench's own folder, gone at the end
rounds=${BENCH_ROUNDS:?}
port=${BENCH_PORT:-8170}            # this one and the next nineteen
round=1                             # 0 while a round is only to warm up
export PATH="$root/build/node/node_modules/.bin:$PATH" # the project's own Node, where the machine's is too old

say() {
    printf '        %s\n' "$*" >&2
}

die() {
    printf '%s: %s\n' "${BENCH_NAME:?}" "$*" >&2
    exit 1
}

# --- figures ---

row() { # NAME UNIT more|less AGAINST WANTED; AGAINST: limit, peer, a number that ours is held against, or -
    printf 'row\t%s\t%s\t%s\t%s\t%s\n' "$@"
}

sample() { # NAME ours|limit|peer VALUE
    [ "$round" = 0 ] || printf 'sample\t%s\t%s\t%s\n' "$@"
}

missing() { # NAME SIDE REASON; the row says so and counts as not measured
    [ "$round" != 1 ] || printf 'missing\t%s\t%s\t%s\n' "$@"
}

samples_of() { # COMMAND...; a program that prints the lines of bench.h itself
    if [ "$round" = 0 ]; then
        "$@" >/dev/null
    else
        "$@"
    fi
}

# A B C A B C …: each function once a round; the first round warms up and is not counted.
in_turn() { # FUNCTION...
    local side
    for ((round = 0; round <= rounds; round++)); do
        say "round $round of $rounds"
        for side in "$@"; do
            "$side"
        done
    done
    [ -z "${BENCH_FLAME-}" ] || for side in "$@"; do
        case $side in limit* | peer* | raw*) ;; *) flame "$side" ;; esac
    done
    round=1
}

# Where the processors' time goes in one more round of a side of ours, which is not counted.
flame() { # FUNCTION
    local out=$root/build/bench/flame/$BENCH_NAME-$1.html recorder
    mkdir -p "${out%/*}"
    round=0
    perf record --quiet --all-cpus -g --freq 299 --output "$work/perf" >>"$work/log" 2>&1 &
    recorder=$!
    "$1"
    kill -INT $recorder
    wait $recorder || true
    (cd "$work" && perf script --input perf --script "$(perf --exec-path)/scripts/python/flamegraph.py" -- \
        --template "$peers/node_modules/d3-flame-graph/dist/templates/d3-flamegraph-base.html" --output "$out") >>"$work/log" 2>&1 ||
        die "no flame graph: tests/bench/run --install fetches what draws it"
    rm -f "$work/perf"
    say "flame graph: ${out#"$root"/}"
}

# --- processes: each is ended at the end, by its number ---

running=()
started=
start() { # COMMAND...; its number is in $started, its words in the log of the bench
    "$@" >>"$work/log" 2>&1 &
    started=$!
    running+=("$started")
}

stop() { # PID
    local pid
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
    for pid in "${!running[@]}"; do
        [ "${running[pid]}" != "$1" ] || unset "running[pid]"
    done
}

await() { # SECONDS COMMAND...; until it succeeds
    local until=$((SECONDS + $1))
    shift
    while ! "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until ] || die "waited in vain: $*"
        sleep 0.05
    done
}

port_is_open() { # PORT
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

cpu_ticks() { # PID; hundredths of a second that it has used
    awk '{sub(/.*\) /, ""); print $12 + $13}' "/proc/$1/stat"
}

# --- PostgreSQL: as tools/run has it, with every fsync ---

sql() { # SQL [DATABASE]
    psql -XqAt -v ON_ERROR_STOP=1 "host=$work/postgres/socket user=postgres dbname=${2-${database-postgres}}" -c "$1"
}

# shellcheck disable=SC2120
start_postgres() { # [SETTING=VALUE...]
    local setting
    "$root/tools/postgres" start "$work/postgres"
    for setting in "$@"; do
        sql "ALTER SYSTEM SET ${setting%%=*} = '${setting#*=}'" postgres
    done
    if [ $# -gt 0 ]; then
        "$root/tools/postgres" stop "$work/postgres"
        "$root/tools/postgres" start "$work/postgres"
    fi
    [ "$(sql "SHOW fsync" postgres) $(sql "SHOW synchronous_commit" postgres)" = "on on" ] ||
        die "this PostgreSQL does not write through"
}

# --- at the end ---

leave() {
    local status=$? pid
    trap '' INT TERM
    for pid in "${running[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${running[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    [ ! -d "$work/postgres" ] || "$root/tools/postgres" stop "$work/postgres" || true
    if [ $status != 0 ] && [ -s "$work/log" ]; then
        tail -n 20 "$work/log" >&2
    fi
    [ -n "${BENCH_KEEP-}" ] || rm -rf "$work"
    exit $status
}
mkdir -p "$work"
trap leave EXIT
trap 'exit 130' INT TERM
