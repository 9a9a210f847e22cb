# Jobs: how many are promised a second, and how long a restart takes with all of them waiting. The
# data directory is on the disk here, because what is measured is mostly that it gets there.
measure_jobs() {
  local folder waiting=100000 round line ready
  folder="$results/jobs-data"
  rm -rf "$folder"
  mkdir "$folder"
  say "jobs: promised until $waiting wait"
  : >"$scratch/jobs.txt"
  start_jobs_gateway "$folder"
  for round in {1..40}; do
    line="$(wrk -t1 -c64 -d3s -s bench/lib/request.lua "http://127.0.0.1:$port/v1/images/generations" -- "$key" job "$round" | grep '^totals')"
    awk '{ printf "promised %.0f\n", ($2 - $6) / ($3 / 1e6) }' <<<"$line" >>"$scratch/jobs.txt"
    [[ "$(queued_jobs)" -lt $((waiting - 100)) ]] || break
  done
  waiting="$(queued_jobs)"
  kill -KILL "$process"
  wait "$process" 2>/dev/null || true

  say "jobs: a restart with $waiting of them"
  ready="$(date +%s%N)"
  start_jobs_gateway "$folder"
  wait_until_ready
  ready=$((($(date +%s%N) - ready) / 1000000))
  # The demo's slots are free again, so the first of them are drawn already.
  [[ "$(open_jobs)" -eq "$waiting" ]] || fail "of $waiting jobs $(open_jobs) are there after the restart"
  cat <<TEXT

## Jobs (\`Prefer: respond-async\`; 64 connections; every 202 after fsync)
| | measured | budget |
|---|---|---|
| promised a second, middle of the runs of 3 s | $(awk '/^promised/ { print $2 }' "$scratch/jobs.txt" | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }') | ≥ 2,000 |
| killed and started again with $waiting queued: ready after | $ready ms | ≤ 2,000 ms |
TEXT
  end_all_started
  rm -rf "$folder"
}

start_jobs_gateway() {
  mkdir -p "$scratch/jobs"
  ln -sfn "$1" "$scratch/jobs/data"
  start_gateway jobs DEMO_DELAY_MS=600000 MAX_QUEUED_JOBS=100000 LOG_LEVEL=error
}

queued_jobs() {
  curl -s "http://127.0.0.1:$port/metrics" |
    awk '/^gw_tasks_queued_jobs\{/ { sum += $2 } END { printf "%d", sum }'
}

open_jobs() {
  curl -s "http://127.0.0.1:$port/metrics" |
    awk '/^gw_tasks_(queued_jobs|running)\{/ { sum += $2 } END { printf "%d", sum }'
}

wait_until_ready() {
  for _ in {1..1500}; do
    [[ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/health/ready")" != 200 ]] || return 0
    sleep 0.01
  done
  fail "the gateway does not become ready"
}
