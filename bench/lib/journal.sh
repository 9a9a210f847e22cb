# What journal, library rows and request log cost: the same program with and without them, behind the
# same stub. "Without a journal" is a build of the benchmark's own (load/no_journal.cpp), because there
# is no such switch. Both keep the pictures' files.
measure_journal() {
  local large small names=(all no-log no-journal none)
  large="$(free_port)"
  small="$(free_port)"
  start_stub "$large" "$small"
  start_with_and_without "$small"
  say "journal: are the pictures right?"
  local name
  for name in "${names[@]}"; do paced "$name" 100 1 small >/dev/null; done
  say "journal: 5 rounds of 4 targets, 32 connections and one"
  rounds journal 5 2 32 "${names[@]}"
  rounds journal 5 1 1 "${names[@]}"
  open_loops journal_open all none
  for name in all none; do check_store "$name"; done
  journal_table
  end_all_started
}

# start_with_and_without upstream_port
start_with_and_without() {
  local with="$GW_BINARY" without="$GW_BENCH/gateway_without_journal"
  GW_BINARY="$with" start_small_gateway all "$1"
  GW_BINARY="$with" start_small_gateway no-log "$1" LOG_LEVEL=off
  GW_BINARY="$without" start_small_gateway no-journal "$1"
  GW_BINARY="$without" start_small_gateway none "$1" LOG_LEVEL=off
}

start_small_gateway() {
  local name="$1"
  start_drawing_gateway "$@"
  ln -s "$scratch/stub/small" "$scratch/stub/$name" # what check_store looks for
  target "$name" "$process" "http://127.0.0.1:$port/v1/images/generations" drawing 1000
}

# journal_row label name connections
journal_row() {
  printf '| %s | %.0f | %.0f %% | %s | %.0f | %.0f |\n' "$1" "$(median journal "$2" "$3" 3)" \
    "$(awk -v ratio="$(median_ratio journal "$2" none "$3" 3)" 'BEGIN { print ratio * 100 }')" \
    "$(median journal "$2" "$3" 4)" "$(median journal "$2" "$3" 6)" "$(median journal "$2" "$3" 7)"
}

journal_table() {
  local connections rate
  echo
  echo "## The price of journal, library rows and log (1 kB answers; budget: ≥ 40 % of the requests/s without, p50 ≤ 1 ms more)"
  for connections in 32 1; do
    cat <<TEXT

| connections: $connections | requests/s | of those without | p50 ms | CPU µs/request | of it the I/O thread |
|---|---|---|---|---|---|
$(journal_row "neither" none "$connections")
$(journal_row "log" no-journal "$connections")
$(journal_row "journal" no-log "$connections")
$(journal_row "both, as it is" all "$connections")
TEXT
  done
  cat <<TEXT

| at a fixed rate | answers/s | p50 ms | p50 without | more | p99 ms | p99 without |
|---|---|---|---|---|---|---|
TEXT
  for rate in "${open_rates[@]}"; do
    printf '| %s/s | %.0f | %s | %s | %s | %s | %s |\n' "$rate" "$(open_median journal_open all "$rate" 3)" \
      "$(open_median journal_open all "$rate" 4)" "$(open_median journal_open none "$rate" 4)" \
      "$(open_excess journal_open all none "$rate" 4)" "$(open_median journal_open all "$rate" 5)" \
      "$(open_median journal_open none "$rate" 5)"
  done
}
