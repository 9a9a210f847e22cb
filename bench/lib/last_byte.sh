# From the last byte the upstream writes to the last byte the client reads, 1.44 MB pictures.
measure_last_byte() {
  local upstream front
  say "last byte in to last byte out, 32 clients"
  upstream="$(free_port)"
  start_drawing_gateway last-byte "$upstream"
  last_byte "$port" gateway "$upstream" gateway-last-byte
  front="$(free_port)"
  {
    echo 'proxy_max_temp_file_size 0;'
    front_server "$front" "$upstream"
  } >"$scratch/front.conf"
  start_nginx last-byte-front <"$scratch/front.conf"
  last_byte "$front" upstream "$upstream" nginx-last-byte
  last_byte_table
  end_all_started
}

# last_byte port door upstream_port name: 32 clients, six pictures each, upstream answers after 0.5 to
# 1.5 s: some 30 pictures a second.
last_byte() {
  "$GW_BENCH/last_byte" "$1" "$2" "$3" "$key" 32 6 1000 "$picture_bytes" >"$scratch/$4.txt"
}

last_byte_table() {
  cat <<TEXT

## Last byte in to last byte out (1.44 MB, 32 clients, an upstream that takes 1 s)
| | p50 ms | p90 ms | p99 ms | budget |
|---|---|---|---|---|
| gateway | $(value gateway-last-byte p50_ms) | $(value gateway-last-byte p90_ms) | $(value gateway-last-byte p99_ms) | p50 ≤ 3 ms |
| nginx | $(value nginx-last-byte p50_ms) | $(value nginx-last-byte p90_ms) | $(value nginx-last-byte p99_ms) | |
TEXT
}
