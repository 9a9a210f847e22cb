# Memory with 32 pictures of 1.44 MB in the gateway at the same time, and afterwards.
measure_memory() {
  local upstream
  say "32 pictures in flight"
  upstream="$(free_port)"
  start_drawing_gateway memory "$upstream"
  "$GW_BENCH/pictures_in_flight" "$port" "$upstream" "$process" "$key" 32 "$picture_bytes" >"$scratch/memory.txt"
  end_all_started
  cat <<TEXT

## 32 pictures of 1.44 MB in flight (anonymous memory)
| | measured | budget |
|---|---|---|
| before | $(megabytes "$(value memory before_kb)") MB | ≤ 10 MB |
| all answers received but for their last bytes | $(megabytes "$(value memory received_kb)") MB | |
| highest, no client reads yet | $(megabytes "$(value memory peak_kb)") MB | ≤ 96 MB |
| 10 s later | $(megabytes "$(value memory later_kb)") MB | ≤ 40 MB |
TEXT
}
