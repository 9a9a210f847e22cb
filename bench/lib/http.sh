# Small answers of the gateway itself, beside a static file of nginx.
measure_http() {
  local port loaded
  nginx_folder files
  printf '%-127s\n' '{"status":"ok"}' | tee "$scratch/files/logged.json" >"$scratch/files/quiet.json"
  port="$(free_port)"
  start_nginx files <<CONF
server {
  listen 127.0.0.1:$port;
  root $scratch/files;
  location = /quiet.json { access_log off; }
}
CONF
  target nginx "$process" "http://127.0.0.1:$port/logged.json"
  target nginx-quiet "$process" "http://127.0.0.1:$port/quiet.json"
  start_gateway logged
  target health "$process" "http://127.0.0.1:$port/health"
  target models "$process" "http://127.0.0.1:$port/v1/models"
  target picture "$process" "http://127.0.0.1:$port/v1/images/generations" picture
  start_gateway quiet LOG_LEVEL=off
  target health-quiet "$process" "http://127.0.0.1:$port/health"

  loaded=(nginx nginx-quiet health models picture health-quiet)
  say "small answers: 5 rounds of ${#loaded[@]} targets, 3 s each"
  rounds http 5 2 32 "${loaded[@]}"
  rounds http 5 1 1 "${loaded[@]}"
  http_table
  end_all_started
}

# http_row label name yardstick
http_row() {
  printf '| %s | %.0f | %s × | %s | %s | %s | %s × | %s | %s |\n' "$1" "$(median http "$2" 32 3)" \
    "$(median_ratio http "$2" "$3" 32 3)" "$(median http "$2" 32 4)" "$(median http "$2" 32 5)" \
    "$(median http "$2" 32 6)" "$(median_ratio http "$2" "$3" 32 6)" "$(median http "$2" 32 7)" \
    "$(median http "$2" 1 4)"
}

http_table() {
  cat <<'TEXT'

## Small answers (32 connections; the last column: one connection)
| | requests/s | of nginx | p50 ms | p99 ms | CPU µs/request | of nginx | of it the I/O thread | p50 ms, c=1 |
|---|---|---|---|---|---|---|---|---|
TEXT
  http_row "nginx, file of 128 B, access log" nginx nginx
  http_row "/health, request log" health nginx
  http_row "/v1/models, request log" models nginx
  http_row "demo picture 64x64, request log" picture nginx
  http_row "nginx, the same file, no log" nginx-quiet nginx-quiet
  http_row "/health, no log" health-quiet nginx-quiet
}
