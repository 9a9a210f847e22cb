# Closed loops by wrk. Every repetition goes once through all targets, so that a noisy minute hits all
# alike; what counts is the middle one.
declare -A urls processes kinds sizes

# target name process url [kind [bytes]]: kinds are those of request.lua; no answer is smaller than
# the bytes given.
target() { processes[$1]="$2"; urls[$1]="$3"; kinds[$1]="${4:-}"; sizes[$1]="${5:-0}"; }

# load name connections seconds: one line "name connections req/s p50_ms p99_ms cpu_us main_thread_us".
load() {
  local name="$1" connections="$2" seconds="$3" line
  local process="${processes[$name]}" before main_before
  before="$(cpu_us "/proc/$process/stat")"
  main_before="$(cpu_us "/proc/$process/task/$process/stat")"
  line="$(wrk -t1 -c"$connections" -d"${seconds}s" --timeout 10s -s bench/lib/request.lua "${urls[$name]}" -- \
    "$key" "${kinds[$name]:-get}" "$RANDOM$RANDOM" | grep '^totals')"
  local requests duration p50 p99 failed bytes
  read -r _ requests duration p50 p99 failed bytes <<<"$line"
  [[ "$failed" -eq 0 && "$requests" -gt 0 ]] || fail "$name: $failed of $requests requests failed"
  [[ $((requests * sizes[$name])) -le "$bytes" ]] || fail "$name: $requests answers had only $bytes bytes"
  local main_spent=$(($(cpu_us "/proc/$process/task/$process/stat") - main_before))
  local spent=$(($(cpu_us "/proc/$process/stat") - before))
  awk -v name="$name" -v c="$connections" -v n="$requests" -v us="$duration" -v p50="$p50" -v p99="$p99" \
    -v cpu="$spent" -v main="$main_spent" \
    'BEGIN { printf "%s %d %.1f %.3f %.3f %.1f %.1f\n", name, c, n * 1e6 / us, p50 / 1000, p99 / 1000, cpu / n, main / n }'
}

# rounds file repetitions seconds connections name…: appends the lines of all of them to the file.
rounds() {
  local file="$1" repetitions="$2" seconds="$3" connections="$4" round name
  shift 4
  for name in "$@"; do load "$name" "$connections" 1 >/dev/null; done
  for ((round = 0; round < repetitions; ++round)); do
    for name in "$@"; do load "$name" "$connections" "$seconds"; done
  done >>"$scratch/$file.txt"
}

middle_line() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# median file name connections column
median() {
  awk -v name="$2" -v c="$3" -v column="$4" '$1 == name && $2 == c { print $column }' "$scratch/$1.txt" | middle_line
}

# The middle of the ratios of each round: noise that lasts for seconds falls out of a round.
# median_ratio file name yardstick connections column
median_ratio() {
  awk -v a="$2" -v b="$3" -v c="$4" -v column="$5" '
    $2 == c && $1 == a { ours[++i] = $column }
    $2 == c && $1 == b { theirs[++j] = $column }
    END { for (k = 1; k <= i; ++k) printf "%.2f\n", ours[k] / theirs[k] }' "$scratch/$1.txt" | middle_line
}
