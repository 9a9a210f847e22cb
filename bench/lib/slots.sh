# How busy a backlog keeps the upstream, with per-minute tokens and a change of the minute on the way. 0.2 s is
# far less than any picture takes: what is lost between two of them weighs the more.
slots=4

measure_slots() {
  busy_slots small "$small_bytes" 400 200
  busy_slots large "$picture_bytes" 400 200
  busy_slots slower "$picture_bytes" 100 1000
  cat <<TEXT

## Upstream slots under a backlog ($slots slots, a minute changes)
| | slots busy | last byte to next send p50 ms | p99 ms | longest ms |
|---|---|---|---|---|
$(slots_row "400 × 1 kB, drawn in 0.2 s" small)
$(slots_row "the same, nobody between" small alone_)
$(slots_row "400 × 1.44 MB, drawn in 0.2 s" large)
$(slots_row "the same, nobody between" large alone_)
$(slots_row "100 × 1.44 MB, drawn in 1 s" slower)
$(slots_row "the same, nobody between" slower alone_)
| budget | ≥ 99.5 % | | ≤ 5 | |
TEXT
}

# busy_slots name picture_bytes requests drawing_ms
busy_slots() {
  local upstream
  say "$3 requests for $slots slots, pictures of $2 bytes, drawn in $4 ms"
  upstream="$(free_port)"
  start_gateway "slots-$1" DREAMIFLY_BASE_URL="http://127.0.0.1:$upstream" DREAMIFLY_SITE_KEY=sk-test-site \
    UPSTREAM_CONCURRENCY_LIMIT="$slots" PICTURE_QUOTA=200MB REFUSE_HOPELESS_WAITS=off
  "$GW_BENCH/upstream_slots" "$port" "$upstream" "$(free_port)" "$key" sk-test-site "$slots" "$3" "$4" "$2" \
    >"$scratch/slots-$1.txt"
  end_all_started
}

# slots_row label name [prefix of the values]
slots_row() {
  local prefix="${3:-}"
  printf '| %s | %s %% | %s | %s | %s |\n' "$1" "$(value "slots-$2" "${prefix}busy_percent")" \
    "$(value "slots-$2" "${prefix}next_p50_ms")" "$(value "slots-$2" "${prefix}next_p99_ms")" \
    "$(value "slots-$2" "${prefix}next_most_ms")"
}
