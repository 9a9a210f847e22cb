# google-benchmark's program, as one table.
measure_micro() {
  say "micro-benchmarks"
  "$GW_BENCH/micro_bench" --benchmark_repetitions=3 --benchmark_report_aggregates_only=true \
    --benchmark_min_time=0.05 --benchmark_out="$scratch/micro.csv" --benchmark_out_format=csv >"$scratch/micro.log" 2>&1 ||
    fail "$(cat "$scratch/micro.log")"
  cat <<'TEXT'

## Micro-benchmarks (middle of 3)
| | each | |
|---|---|---|
TEXT
  # Columns of the CSV: 1 name, 6 and 7 bytes and items per second, 9 and 10 whether it went wrong.
  awk -F, '
    function shown(seconds) {
      if (seconds < 1e-6) return sprintf("%.0f ns", seconds * 1e9)
      return sprintf(seconds < 1e-4 ? "%.2f µs" : "%.0f µs", seconds * 1e6)
    }
    $1 !~ /_median"$/ { next }
    {
      name = $1
      gsub(/"|_median|\/manual_time/, "", name)
      each[name] = 1 / $7
      ratio = ""
      if (name ~ /openssl$/) {
        own = name
        sub(/openssl$/, "own", own)
        ratio = sprintf("ours takes %.2f × of it", each[own] / each[name])
      }
      printf "| %s | %s | %s |\n", name, shown(each[name]), ratio
    }' "$scratch/micro.csv"
}
