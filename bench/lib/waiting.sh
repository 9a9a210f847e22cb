# Ten thousand clients that wait for a slot, and their going.
waiting_clients=10000

measure_waiting() {
  local slots=4 limit
  limit="$(ulimit -Hn)"
  if [[ "$limit" != unlimited && "$limit" -lt $((waiting_clients * 3 / 2 + 300)) ]]; then
    waiting_clients=$(((limit - 300) * 2 / 3))
    say "only $limit open files are allowed: $waiting_clients clients"
  fi
  say "$waiting_clients waiting requests"
  # Its clients say that they give up after ten minutes, which is before the turn of most of them.
  start_gateway waiting DEMO_DELAY_MS=600000 UPSTREAM_CONCURRENCY_LIMIT=$slots REFUSE_HOPELESS_WAITS=off \
    MAX_QUEUED_TASKS=$((waiting_clients * 2)) MAX_CONNECTIONS=$((waiting_clients + 16))
  "$GW_BENCH/waiting_clients" "$port" "$process" "$waiting_clients" "$key" >"$scratch/waiting.txt"
  end_all_started
  waiting_table
}

waiting_table() {
  cat <<TEXT

## $waiting_clients waiting text requests (4 slots, request log on)
| | measured | budget |
|---|---|---|
| memory for each waiting request | $(value waiting bytes_per_request) B | ≤ 8,000 B |
| all accepted after | $(value waiting accepted_ms) ms | |
| CPU of accepting one, connection included | $(value waiting accept_cpu_us) µs | |
| one departure noticed after (asked by /metrics) | $(value waiting one_departure_ms) ms | |
| all departures noticed after | $(value waiting departures_ms) ms | |
| resident memory before | $(megabytes "$(value waiting rss_before_kb)") MB | |
| while all wait | $(megabytes "$(value waiting rss_waiting_kb)") MB | |
| clients gone, tasks parked | $(megabytes "$(value waiting rss_parked_kb)") MB | |
| 12 s later, tasks still parked | $(megabytes "$(value waiting rss_quiet_kb)") MB | |
TEXT
}
