# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154
# For benches of the whole machine: the stack that tools/run makes, in the bench's own folder, without its first run of
# the pipeline. Sourced after lib.sh.
export LM_STACK_DIR=$work/stack LM_HTTP_PORT=$port LM_WORLD_ADDR=${BENCH_ADDR:-127.0.0.71} LM_PRESET=$preset
stack=$LM_STACK_DIR
database=leadmachine
url=http://127.0.0.1:$port
token=''
tenant=''

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

service_pids() { # of all replicas, with their names: "scraper 123"; status says 1 when one of them is not ready
    { leadmachine status --json || true; } | jq -r '.[] | "\(.service) \(.pid)"'
}

# kB of a process. PSS: what it shares with others counts in parts, so that the sum over all is what they take.
memory_of() { # Pss|Rss PID
    awk -v what="$1:" '$1 == what {print $2}' "/proc/$2/smaps_rollup" 2>/dev/null || echo 0
}

# --- one run from job board to written message, for a tenant of its own ---

new_tenant() { # NAME; signed in afterwards, its id in $tenant
    sed -n 's/^LM_OWNER_PASSWORD=//p' "$stack/secrets" | tr -d '\n' |
        leadmachine user create owner --tenant "$1" --role owner --password-stdin >>"$work/log"
    tenant=$(sql "SELECT tenant_id FROM gateway.tenant WHERE slug = '$1'")
    log_in "$1"
    api PUT /emails/config '{"auto_approve":true,"sender_name":"Sanne de Boer","sender_company":"Outreach Demo",
        "value_proposition":"","link_url":"http://www.outreach.example/kennismaken","language":"nl"}' >>"$work/log"
    api PUT /score/config '{"target_industries":["Software","Marketing","Logistiek","Logistics","Bouw","Construction",
        "Maakindustrie"],"related_industries":["Financiële dienstverlening","Financial services","Opleiding","Education"]}' \
        >>"$work/log"
}

# What the tenant still has to do: searches, jobs that are due, events that somebody has not heard.
work_left() {
    local query="SELECT count(*) FROM scraper.scrape_job WHERE tenant_id = '$tenant' AND status IN ('PENDING', 'RUNNING')" s c
    for s in scraper enricher scorer personalizer; do
        query+=" UNION ALL SELECT count(*) FROM $s.job WHERE tenant_id = '$tenant' AND state <> 'dead'
            AND run_at < clock_timestamp() UNION ALL SELECT count(*) FROM $s.event_new"
        for c in enricher scorer personalizer gateway; do
            query+=" UNION ALL SELECT h.head - c.seq FROM $s.event_head h, $c.consumer_cursor c WHERE c.source = '$s'"
        done
    done
    sql "SELECT sum(count) FROM ($query) x"
}

wait_for_work() {
    local left quiet=0 until=$((SECONDS + 240))
    while [ $quiet -lt 2 ]; do # twice: between two looks a fact may be on its way
        [ $SECONDS -lt $until ] || die "the work did not come to its end"
        sleep 0.2
        left=$(work_left)
        quiet=$((left == 0 ? quiet + 1 : 0))
    done
}

run_search() { # seconds from its start to the last word of the last message, in $REPLY
    local from
    from=$(sql "SELECT extract(epoch FROM clock_timestamp())")
    # Words of every trade, and companies with a single vacancy too: nearly all are found.
    api POST /scrape/start '{"source":"INDEED","keywords":["software","engineer","planner","chauffeur","monteur","timmerman",
        "bakker","kok","zorg","assistent","marketeer","media","controller","accountant","lasser","medewerker","inkoper",
        "manager","adviseur","trainer"],"filters":{"location":"Nederland","min_vacancies":1},"max_pages":20}' >>"$work/log"
    wait_for_work
    REPLY=$(sql "SELECT round(extract(epoch FROM max(numbered_at)) - $from, 3) FROM personalizer.event WHERE tenant_id = '$tenant'")
}

# --- memory, a service at a time; replicas of one are added up ---

memory_samples() { # WHEN
    local service pid kb what
    for what in Pss Rss; do
        service_pids | while read -r service pid; do
            echo "$service $(memory_of $what "$pid")"
        done | awk -v what="${what^^}" '{kb[$1] += $2; all += $2} END {
            for (s in kb) printf "%s\t%s\t%.2f\n", s, what, kb[s] / 1024
            printf "all\t%s\t%.2f\n", what, all / 1024 }' |
            while IFS=$'\t' read -r service what kb; do
                sample "$what of $service, $1" ours "$kb"
            done
    done
}

memory_rows() { # WHEN [ALL EACH]: the most that the PSS of all may be, and of each
    local service most
    for service in all gateway tracker mailer personalizer scorer enricher scraper; do
        most=${3--}
        [ $service != all ] || most=${2--}
        row "PSS of $service, $1" MB less "$most" "${most/[0-9]*/1}"
        row "RSS of $service, $1" MB less - -
    done
}
