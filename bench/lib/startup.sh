# From exec to the first answer, and what the idle program holds.
measure_startup() {
  say "start-up time"
  mkdir -p "$scratch/startup"
  local port
  port="$(free_port)"
  (cd "$scratch/startup" && env -i PATH="$PATH" API_MASTER_KEY="$key" "$GW_BENCH/startup_time" 15 "$port" \
    "$GW_BINARY" serve --port "$port" --data-dir data) >"$scratch/startup.txt"
  cat <<TEXT

## Start and idle
| | measured | budget |
|---|---|---|
| exec to the first 200, middle of 15 | $(value startup first_ms) ms | ≤ 60 ms |
| \`dreamifly-2api version\` from exec to exit: loading the libraries | $(value startup loading_ms) ms | |
| the slowest of them | $(value startup slowest_ms) ms | |
| idle, anonymous memory | $(megabytes "$(value startup idle_anonymous_kb)") MB | ≤ 10 MB |
| idle, all resident memory | $(megabytes "$(value startup idle_rss_kb)") MB | ≤ 25 MB |
TEXT
}
