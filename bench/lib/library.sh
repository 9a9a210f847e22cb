# The library's first page with many pictures in it, through the real program: rows from the database,
# files known by name.
measure_library() {
  local pictures=100000 folder="$scratch/library/data" ready first
  say "library: $pictures pictures"
  start_library_gateway
  draw_one_picture
  end_all_started
  "$GW_BENCH/fill_library" "$folder" "$pictures"

  ready="$(date +%s%N)"
  start_library_gateway
  wait_until_ready
  ready=$((($(date +%s%N) - ready) / 1000000))
  first="$(first_page_ms)"
  target library "$process" "http://127.0.0.1:$port/v1/library" get 10000
  rounds library 5 2 1 library
  cat <<TEXT

## The library with $pictures pictures
| | measured | budget |
|---|---|---|
| first page of 50, the first time after a start | $first ms | ≤ 50 ms |
| afterwards, p50 (one connection) | $(median library library 1 4) ms | ≤ 50 ms |
| afterwards, p99 | $(median library library 1 5) ms | |
| CPU of a page | $(median library library 1 6) µs | |
| start with them: ready after | $ready ms | |
| the database's size | $(($(stat -c %s "$folder/records.db") / 1000000)) MB | |
TEXT
  end_all_started
  rm -rf "$folder"
}

start_library_gateway() { start_gateway library DEMO_DELAY_MS=0 PICTURE_QUOTA=100GB LOG_LEVEL=error; }

# Whose picture it is, and what a file looks like, is what fill_library wants to know.
draw_one_picture() {
  curl -sf -o /dev/null -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
    -d '{"size":"64x64","prompt":"a lighthouse, number 0"}' "http://127.0.0.1:$port/v1/images/generations" ||
    fail "the demo does not draw"
}

first_page_ms() {
  local page="$scratch/page.json" seconds
  seconds="$(curl -sf -o "$page" -w '%{time_total}' -H "Authorization: Bearer $key" "http://127.0.0.1:$port/v1/library")"
  [[ "$(grep -o '"prompt"' "$page" | wc -l)" -eq 50 ]] || fail "the first page has not 50 pictures: $(head -c 300 "$page")"
  awk -v seconds="$seconds" 'BEGIN { printf "%.1f", seconds * 1000 }'
}
