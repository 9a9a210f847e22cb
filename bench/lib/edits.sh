# Edits with large pictures that wait for a slot: the pictures must be on disk.
waiting_edits=200
edit_bytes=5000000

measure_edits() {
  say "$waiting_edits waiting edits of $((edit_bytes / 1000000)) MB"
  # The measuring program's own connection must outlast its pauses.
  start_gateway edits DEMO_DELAY_MS=600000 UPSTREAM_CONCURRENCY_LIMIT=4 IDLE_TIME=10m
  "$GW_BENCH/waiting_edits" "$port" "$process" "$waiting_edits" "$key" "$edit_bytes" >"$scratch/edits.txt"
  end_all_started
  cat <<TEXT

## $waiting_edits waiting edits with a picture of $((edit_bytes / 1000000)) MB each (4 slots, request log on)
| | measured | budget |
|---|---|---|
| memory for each waiting edit | $(value edits bytes_per_edit) B | ≤ 16,000 B |
| all accepted after | $(value edits accepted_ms) ms | |
| CPU of accepting one: received, spooled, decoded once | $(value edits accept_cpu_ms) ms | |
| resident memory before, 8 edits there | $(megabytes "$(value edits rss_before_kb)") MB | |
| when the last is accepted | $(megabytes "$(value edits rss_accepted_kb)") MB | |
| 12 s later, while all wait | $(megabytes "$(value edits rss_waiting_kb)") MB | |
TEXT
}
