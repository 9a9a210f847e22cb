# Ten thousand open streams that hear their heartbeats while they wait for a slot.
open_streams=10000
heartbeat_seconds=10

measure_streams() {
  local limit
  limit="$(ulimit -Hn)"
  if [[ "$limit" != unlimited && "$limit" -lt $((open_streams * 3 / 2 + 300)) ]]; then
    open_streams=$(((limit - 300) * 2 / 3))
    say "only $limit open files are allowed: $open_streams streams"
  fi
  say "$open_streams open streams"
  start_gateway streams DEMO_DELAY_MS=600000 UPSTREAM_CONCURRENCY_LIMIT=4 \
    HEARTBEAT_TIME="${heartbeat_seconds}s" \
    MAX_QUEUED_TASKS=$((open_streams * 2)) MAX_CONNECTIONS=$((open_streams + 16))
  "$GW_BENCH/open_streams" "$port" "$process" "$open_streams" "$key" "$heartbeat_seconds" >"$scratch/streams.txt"
  end_all_started
  cat <<TEXT

## $open_streams open streams, a heartbeat every $heartbeat_seconds s (4 slots, request log on)
| | measured | budget |
|---|---|---|
| memory for each open stream | $(value streams bytes_per_stream) B | ≤ 12,000 B |
| all accepted after | $(value streams accepted_ms) ms | |
| CPU of one heartbeat | $(value streams heartbeat_cpu_us) µs | |
| resident memory before | $(megabytes "$(value streams rss_before_kb)") MB | |
| while all are open | $(megabytes "$(value streams rss_open_kb)") MB | |
TEXT
}
