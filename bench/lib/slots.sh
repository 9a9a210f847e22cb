# How busy a backlog keeps the upstream, with per-minute tokens and a change of the minute on the way.
slots=4
slot_tasks=400
slot_answer_ms=200

measure_slots() {
  busy_slots small "$small_bytes"
  busy_slots large "$picture_bytes"
  cat <<TEXT

## Upstream slots under a backlog ($slot_tasks requests, $slots slots, answers after $slot_answer_ms ms, a minute changes)
| | slots busy | last byte to next send p50 ms | p99 ms | longest ms |
|---|---|---|---|---|
$(slots_row "1 kB answers" small)
$(slots_row "the same, nobody between" small alone_)
$(slots_row "1.44 MB answers" large)
$(slots_row "the same, nobody between" large alone_)
| budget | ≥ 99.5 % | | ≤ 5 | |
TEXT
}

# busy_slots name picture_bytes
busy_slots() {
  local upstream
  say "$slot_tasks requests for $slots slots, pictures of $2 bytes"
  upstream="$(free_port)"
  start_gateway "slots-$1" DREAMIFLY_BASE_URL="http://127.0.0.1:$upstream" DREAMIFLY_SITE_KEY=sk-test-site \
    UPSTREAM_CONCURRENCY_LIMIT="$slots" PICTURE_QUOTA=200MB REFUSE_HOPELESS_WAITS=off
  "$GW_BENCH/upstream_slots" "$port" "$upstream" "$(free_port)" "$key" sk-test-site "$slots" "$slot_tasks" "$slot_answer_ms" "$2" \
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
