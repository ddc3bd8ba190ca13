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

# ---- a stack of the drill's own ----

services=(scraper enricher scorer personalizer mailer tracker gateway)
# How many logs a service is elsewhere in than at their end, for sql_sum.
ends=
for s in "${services[@]}"; do
    ends+="${ends:+ UNION ALL }SELECT '$s' AS source, head FROM $s.event_head"
done
elsewhere="SELECT count(*) FROM @.consumer_cursor c JOIN ($ends) e USING (source) WHERE c.seq <> e.head"
# Leases are short, so that what a dead worker leaves behind is taken up within a drill's time. What is set here wins
# over the stack's own file.
lease_ms=3000
export LM_SERVICE_LEASE_MAX=${lease_ms}ms LM_MAILER_LEASE=${LM_MAILER_LEASE:-4s} LM_MAILER_SWEEP=500ms

# The stack with the pipeline begun; the world's people and clock stand still until people_start.
# The board's pages end before a large world does: of that, all come as a list, too.
stack_start() {
    trap stack_stop EXIT
    "$root/tools/run" --reset --json --no-people --companies "$companies" \
        --import $((companies > 100 ? companies : 16)) >"$result"
    log_in
    did "a stack over a world of $companies companies is up"
}

stack_stop() {
    local pid
    trap - EXIT
    for pid in $(jobs -p); do kill "$pid" 2>/dev/null || true; done
    "$root/tools/run" --stop || true
    [ "$FAULTS_KEEP" = 1 ] || [ "$failures" != 0 ] || rm -rf "$stack"
}

# Three weeks go by, as fast as the stack can; ends when nothing is left to do.
people_start() {
    "$root/build/$LM_PRESET/tests/world/lm-people" --stack "$stack" --world "$stack/world/world.env" --patience 60 \
        --limit $((120 + companies * 2)) >"$stack/people.json" 2>"$stack/log/people.log" &
    people=$!
}

people_live() {
    kill -0 "$people" 2>/dev/null
}

people_end() { # within seconds
    local until=$((SECONDS + $1))
    while people_live && [ $SECONDS -lt $until ]; do sleep 0.1; done
    people_live && kill "$people"
    wait "$people" || true
    did "the three weeks are over: $(cat "$stack/people.json" 2>/dev/null)"
    none "the world came to no end: $(tail -n 1 "$stack/log/people.log")" "$(grep -cE 'nothing new for|not done within' "$stack/log/people.log" || true)"
}

# What runs as SERVICE REPLICA; empty when it does not (the file of one that was killed stays for a while).
pid_of() {
    local pid
    pid=$(jq -r .pid "$stack/run/$1.$2.json" 2>/dev/null) || return 0
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "$(printf 'lm-%.12s' "$1")" ] || echo "$pid"
}

# A counter of SERVICE REPLICA, over all its labels.
metric() { # SERVICE REPLICA NAME
    curl -sf "$(jq -r .url "$stack/run/$1.$2.json")/metrics" | awk -v name="$3" '$1 ~ "^" name "($|{)" {n += $2} END {print n + 0}'
}

scale() { # SERVICE=N…
    "$leadmachine" up --dir "$stack" --scale "$@"
}

# Until every wanted replica is there and ready; REPLY: how many ms that took.
until_ready() { # within seconds
    local from=${EPOCHREALTIME/[.,]/} until=$((SECONDS + $1)) wanted
    wanted=$(awk -F= '{n += $2} END {print n}' "$stack/scale" 2>/dev/null || echo 7)
    until [ "$({ "$leadmachine" status --dir "$stack" --json || true; } | jq '[.[] | select(.ready)] | length')" = "$wanted" ]; do
        [ $SECONDS -lt $until ] || break
        sleep 0.05
    done
    REPLY=$(((${EPOCHREALTIME/[.,]/} - from) / 1000))
    [ $SECONDS -lt $until ] || holds "$wanted replicas are ready within $1 s" 0
}

# Until so many processes are left.
until_gone() { # N, within seconds
    local until=$((SECONDS + $2)) n
    until n=$({ "$leadmachine" status --dir "$stack" --json || true; } | jq length) && [ "$n" = "$1" ]; do
        [ $SECONDS -lt $until ] || break
        sleep 0.1
    done
    holds "$1 processes are left within $2 s" $((n == $1 ? 1 : 0))
}

# Until nothing is to do now: no job runs or is due, no event waits for its number or for one who hears it. One look at
# all, so that what has left one table and is not yet in the next is seen. For when the people are gone.
until_idle() { # within seconds
    local until=$((SECONDS + $1)) left=
    until left=$(sql_sum "SELECT (SELECT count(*) FROM @.job WHERE state = 'running' OR state = 'ready' AND run_at <= clock_timestamp())
            + (SELECT count(*) FROM @.event_new) + ($elsewhere)") && [ "$left" = 0 ]; do
        [ $SECONDS -lt $until ] || break
        sleep 0.1
    done
}

# A question in each schema, the answers added up; @ is the schema.
sql_sum() {
    local s text=
    for s in "${services[@]}"; do
        text+="${text:+ UNION ALL }(${1//@/$s})"
    done
    sql "SELECT sum(n)::bigint FROM ($text) x (n)"
}

# What every drill has in common, whatever was done: the log has no gap, each consumer has all of it and parked nothing,
# and no work lies about. The first three are the judge's as well; they stay for the message.
look_at_the_log() {
    none "an event is parked" "$(sql_sum "SELECT count(*) FROM @.event_parked")"
    none "a log has a gap" "$(sql_sum "SELECT (SELECT head FROM @.event_head) - (SELECT count(*) FROM @.event)")"
    none "an event waits for its number" "$(sql_sum "SELECT count(*) FROM @.event_new")"
    none "a lease was left behind" "$(sql_sum "SELECT count(*) FROM @.job WHERE state = 'running' AND lease_until < clock_timestamp() - interval '3 s'")"
    none "a job died with its workers" "$(sql_sum "SELECT count(*) FROM @.job WHERE state = 'dead' AND last_error LIKE 'the worker went away%'")"
}

all_ended_well() { # WHOSE
    local odd
    odd=$(grep ' ended ' "$stack/log/supervisor.log" | grep -v 'with status 0' || true)
    [ -z "$odd" ] || printf '%s\n' "$odd"
    none "$1 ended other than with status 0" "$(printf '%s' "$odd" | grep -c . || true)"
}

# Exactly what was allowed, at most once. Adds to `sent` and `uncertain`.
look_at_the_mail() {
    local delivered unsure files
    delivered=$(sql "SELECT count(*) FROM mailer.delivery WHERE status = 'DELIVERED'")
    unsure=$(sql "SELECT count(*) FROM mailer.delivery WHERE status = 'UNCERTAIN'")
    files=$(find "$stack/maildir" -path '*/new/*' -type f | wc -l)
    holds "each delivered mail is in the Maildir once, an uncertain one perhaps ($delivered + $unsure, $files files)" \
        $((files >= delivered && files <= delivered + unsure ? 1 : 0))
    none "a mail is in the Maildir twice" "$(find "$stack/maildir" -path '*/new/*' -type f -print0 | xargs -0 -r grep -ih '^Message-ID: ' | sort | uniq -d | wc -l)"
    none "a message was delivered twice" "$(sql "SELECT count(*) FROM (SELECT delivery_id FROM mailer.delivery_attempt
        WHERE outcome = 'delivered' GROUP BY 1 HAVING count(*) > 1) x")"
    none "a claim was left behind" "$(sql "SELECT count(*) FROM mailer.delivery WHERE status IN ('CLAIMED', 'HANDING_OVER')")"
    none "a delivered message is not known to be" "$(sql "SELECT count(*) FROM mailer.delivery d
        LEFT JOIN tracker.sent_message s USING (tenant_id, message_id) WHERE d.status = 'DELIVERED' AND s.message_id IS NULL")"
    none "somebody was written to after an answer" "$(sql "SELECT count(*) FROM tracker.inbox_mail r
        JOIN mailer.delivery d USING (tenant_id, lead_id)
        WHERE r.class IN ('REPLY', 'UNSUBSCRIBE') AND d.status = 'DELIVERED' AND d.sent_at > r.received_at")"
    uncertain=$((uncertain + unsure)) sent=$((sent + delivered))
}

look_at_the_work() {
    none "a lead has two scores of one version" "$(sql "SELECT count(*) FROM (SELECT subject_id, version FROM scorer.event
        WHERE type = 'scorer.LeadScored' GROUP BY 1, 2 HAVING count(*) > 1) x")"
    none "a lead is not scored" "$(sql "SELECT count(*) FROM enricher.lead l LEFT JOIN scorer.score s
        ON s.tenant_id = l.tenant_id AND s.lead_id = l.id WHERE s.lead_id IS NULL")"
    none "a lead is not in the view" "$(sql "SELECT count(*) FROM enricher.lead l
        LEFT JOIN gateway.lead_view v ON v.tenant_id = l.tenant_id AND v.id = l.id WHERE v.id IS NULL")"
    none "a sequence has more or fewer than four messages" "$(sql "SELECT count(*) FROM (SELECT lead_id FROM personalizer.message
        GROUP BY tenant_id, lead_id HAVING count(*) <> 4) x")"
    none "a consumer is not at the head" "$(sql_sum "$elsewhere")"
}

# ---- pixels that are opened all the time, and what became of them ----

# Each hit names itself in its User-Agent; hits.log has a line for each answered one. A connection each: curl asks again
# by itself when a kept one breaks, and then it is two hits. While nobody wants them they pause, since the world's clock
# waits for a tracker that is always busy.
hits_run() {
    local n=0 i ids=()
    while :; do
        [ -e "$stack/hits.wanted" ] || { sleep 0.05; continue; }
        [ ${#ids[@]} -gt 0 ] || mapfile -t ids < <(sql "SELECT tracking_id FROM tracker.sent_message LIMIT 20" 2>/dev/null)
        [ ${#ids[@]} -gt 0 ] || { sleep 0.2; continue; }
        for i in "${ids[@]}"; do
            n=$((n + 1))
            printf 'url = "%s/t/o/%s.gif"\nuser-agent = "drill %08d"\nheader = "Connection: close"\noutput = "/dev/null"\nmax-time = 10\nwrite-out = "%%{http_code} %08d\\n"\nnext\n' "$url" "$i" $n $n
        done >"$stack/hits.curl"
        curl -sK "$stack/hits.curl" >>"$stack/hits.log" 2>/dev/null || true
        sleep 0.05
    done
}

hits_start() {
    : >"$stack/hits.log"
    hits_run &
    hits=$!
}

hits_end() {
    local until=$((SECONDS + 60)) promised
    kill "$hits" 2>/dev/null || true
    wait "$hits" 2>/dev/null || true
    sleep 0.5 # a curl of it may be at its last request
    promised=$stack/hits.promised
    sed -n 's/^200 //p' "$stack/hits.log" | sort >"$promised"
    until missing=$(comm -23 "$promised" <(sql "SELECT right(user_agent, 8) FROM tracker.track_event WHERE user_agent LIKE 'drill %'" | sort -u) |
        wc -l) && [ "$missing" = 0 ]; do
        [ $SECONDS -lt $until ] || break
        sleep 0.2
    done
    did "$(wc -l <"$promised") hits were answered"
    holds "there were hits to lose" "$([ -s "$promised" ] && echo 1 || echo 0)"
    [ "$missing" = 0 ] || did "$missing of them did not arrive: $(sql "SELECT count(*) FROM tracker.hit_new") hits wait for their message," \
        "$(find "$stack/spool" -name '*.seg' -size +1c | wc -l) segments in the spools; the first: $(comm -23 "$promised" \
            <(sql "SELECT right(user_agent, 8) FROM tracker.track_event WHERE user_agent LIKE 'drill %'" | sort -u) | head -n 3 | xargs)"
    none "an answered hit did not arrive" "$missing"
    none "a hit counted twice" "$(sql "SELECT count(*) - count(DISTINCT user_agent) FROM tracker.track_event WHERE user_agent LIKE 'drill %'")"
}

# Runs a program on the PostgreSQL of the pg tests. Where ctest has not started it, it is started, filled and stopped.
with_cluster() { # command…
    local build=$root/build/$LM_PRESET status=0
    if "$root/tools/postgres" status "$build/pg"; then
        "$@" || status=$?
    else
        "$root/tools/postgres" start "$build/pg" --fast
        "$build/tests/pg/pg_template" "host=$build/pg/socket user=postgres" "$root/tests/pg/migrations" "$root/migrations"
        "$@" || status=$?
        "$root/tools/postgres" stop "$build/pg"
    fi
    return $status
}
