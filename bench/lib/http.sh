# Small answers under load. Every repetition goes once through all of them, so that a noisy minute hits
# all alike; what counts is the middle one.
repetitions=5
names=()
declare -A urls processes kinds

target() { names+=("$1"); processes[$1]="$2"; urls[$1]="$3"; kinds[$1]="${4:-}"; }

# load name connections seconds: one line "name connections req/s p50_ms p99_ms cpu_us main_thread_us".
load() {
  local name="$1" connections="$2" seconds="$3" line
  local process="${processes[$name]}" before main_before
  before="$(cpu_us "/proc/$process/stat")"
  main_before="$(cpu_us "/proc/$process/task/$process/stat")"
  line="$(wrk -t1 -c"$connections" -d"${seconds}s" -s bench/lib/request.lua "${urls[$name]}" -- "$key" ${kinds[$name]} |
    grep '^totals')"
  local requests duration p50 p99 failed
  read -r _ requests duration p50 p99 failed <<<"$line"
  [[ "$failed" -eq 0 && "$requests" -gt 0 ]] || fail "$name: $failed of $requests requests failed"
  local main_spent=$(($(cpu_us "/proc/$process/task/$process/stat") - main_before))
  local spent=$(($(cpu_us "/proc/$process/stat") - before))
  awk -v name="$name" -v c="$connections" -v n="$requests" -v us="$duration" -v p50="$p50" -v p99="$p99" \
    -v cpu="$spent" -v main="$main_spent" \
    'BEGIN { printf "%s %d %.1f %.3f %.3f %.1f %.1f\n", name, c, n * 1e6 / us, p50 / 1000, p99 / 1000, cpu / n, main / n }'
}

measure_http() {
  local round name
  start_nginx
  target nginx "$process" "http://127.0.0.1:$port/logged.json"
  target nginx-quiet "$process" "http://127.0.0.1:$port/quiet.json"
  start_gateway logged
  target health "$process" "http://127.0.0.1:$port/health"
  target models "$process" "http://127.0.0.1:$port/v1/models"
  target picture "$process" "http://127.0.0.1:$port/v1/images/generations" picture
  start_gateway quiet LOG_LEVEL=off
  target health-quiet "$process" "http://127.0.0.1:$port/health"

  say "small answers: $repetitions rounds of ${#names[@]} targets, 3 s each"
  for name in "${names[@]}"; do load "$name" 32 1 >/dev/null; done
  for ((round = 0; round < repetitions; ++round)); do
    for name in "${names[@]}"; do
      load "$name" 32 2
      load "$name" 1 1
    done
  done >"$scratch/http.txt"
  http_table
}

# median name connections column
median() {
  awk -v name="$1" -v c="$2" -v column="$3" '$1 == name && $2 == c { print $column }' "$scratch/http.txt" |
    sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# The middle of the ratios of each round: noise that lasts for seconds falls out of a round.
# median_ratio name yardstick connections column
median_ratio() {
  awk -v a="$1" -v b="$2" -v c="$3" -v column="$4" '
    $2 == c && $1 == a { ours[++i] = $column }
    $2 == c && $1 == b { theirs[++j] = $column }
    END { for (k = 1; k <= i; ++k) printf "%.3f\n", ours[k] / theirs[k] }' "$scratch/http.txt" |
    sort -n | awk '{ v[NR] = $1 } END { printf "%.2f\n", v[int((NR + 1) / 2)] }'
}

# http_row label name yardstick
http_row() {
  printf '| %s | %.0f | %s × | %s | %s | %s | %s × | %s | %s |\n' "$1" "$(median "$2" 32 3)" \
    "$(median_ratio "$2" "$3" 32 3)" "$(median "$2" 32 4)" "$(median "$2" 32 5)" "$(median "$2" 32 6)" \
    "$(median_ratio "$2" "$3" 32 6)" "$(median "$2" 32 7)" "$(median "$2" 1 4)"
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
