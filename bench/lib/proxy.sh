# The gateway as a proxy, beside nginx as a proxy: the same stub upstream behind both (nginx, one
# worker, several distinct answers), the same client before both.
proxy_token=sk-test-bench-upstream
picture_bytes=1080000 # 1.44 MB as base64
small_bytes=730       # 1 kB of answer

measure_proxy() {
  start_proxies
  check_proxies
  say "1.44 MB answers, 32 connections: 5 rounds of 3 targets"
  rounds proxy 5 3 32 direct-large nginx-large gateway-large
  local after_load
  after_load="$(anonymous_kb "${processes[gateway-large]}")"
  say "1 kB answers: 5 rounds of 5 targets, 32 connections and one"
  local small=(direct nginx gateway nginx-quiet gateway-quiet)
  rounds proxy 5 2 32 "${small[@]}"
  rounds proxy 5 1 1 "${small[@]}"
  open_loops open direct nginx gateway
  check_store large
  check_store small
  proxy_table
  memory_after_load "$after_load" "$(anonymous_kb "${processes[gateway-large]}")"
  end_all_started
}

start_proxies() {
  local large small
  large="$(free_port)"
  small="$(free_port)"
  start_stub "$large" "$small"
  target direct-large "$process" "http://127.0.0.1:$large/api/generate" upstream 1440000
  target direct "$process" "http://127.0.0.1:$small/api/generate" upstream 1000
  start_front "$large" "$small"
  start_drawing_gateway large "$large"
  target gateway-large "$process" "http://127.0.0.1:$port/v1/images/generations" drawing 1440000
  start_drawing_gateway small "$small"
  target gateway "$process" "http://127.0.0.1:$port/v1/images/generations" drawing 1000
  start_drawing_gateway small-quiet "$small" LOG_LEVEL=off
  target gateway-quiet "$process" "http://127.0.0.1:$port/v1/images/generations" drawing 1000
}

# start_drawing_gateway name upstream_port NAME=value…: more slots than any load here asks for, and a
# store that drops its oldest pictures all the time, as one that has run for long does.
start_drawing_gateway() {
  local name="$1" upstream="$2"
  shift 2
  start_gateway "$name" DREAMIFLY_BASE_URL="http://127.0.0.1:$upstream" DREAMIFLY_AUTH_TOKEN="$proxy_token" \
    UPSTREAM_CONCURRENCY_LIMIT=1000 PICTURE_QUOTA=200MB "$@"
}

# start_stub large_port small_port: a Dreamifly server of static files. A POST to one is a 405 for
# nginx, and the page for that is the picture; what is asked for decides which.
start_stub() {
  nginx_folder stub
  "$GW_BENCH/write_answers" "$scratch/stub/large" 4 "$picture_bytes"
  "$GW_BENCH/write_answers" "$scratch/stub/small" 4 "$small_bytes"
  printf '{"models":[{"id":"Qwen-Image","name":"Qwen-Image","use_i2i":false,"use_t2i":true}],"total":1}' \
    >"$scratch/stub/models.json"
  {
    echo 'split_clients $request_id $answer { 25% 0; 25% 1; 25% 2; * 3; }'
    stub_server "$1" large
    stub_server "$2" small
  } >"$scratch/stub.conf"
  start_nginx stub <"$scratch/stub.conf"
}

stub_server() {
  cat <<CONF
server {
  listen 127.0.0.1:$1;
  access_log off;
  root $scratch/stub;
  location = /api/generate { error_page 405 =200 /$2/\$answer.json; return 405; }
  location = /api/models { rewrite ^ /models.json break; }
  location /$2/ { internal; }
}
CONF
}

# start_front large_port small_port: nginx with its default buffers. No temporary files: a slow reader
# would make it write answers to the disk, which is not what is compared here.
start_front() {
  local large small quiet
  large="$(free_port)"
  small="$(free_port)"
  quiet="$(free_port)"
  {
    echo 'proxy_max_temp_file_size 0;'
    front_server "$large" "$1"
    front_server "$small" "$2"
    front_server "$quiet" "$2" 'access_log off;'
  } >"$scratch/front.conf"
  start_nginx front <"$scratch/front.conf"
  target nginx-large "$process" "http://127.0.0.1:$large/api/generate" upstream 1440000
  target nginx "$process" "http://127.0.0.1:$small/api/generate" upstream 1000
  target nginx-quiet "$process" "http://127.0.0.1:$quiet/api/generate" upstream 1000
}

front_server() {
  echo "server { listen 127.0.0.1:$1; ${3:-} location / { proxy_pass http://127.0.0.1:$2; } }"
}

port_of() {
  local rest="${urls[$1]#http://127.0.0.1:}"
  echo "${rest%%/*}"
}

# door_of name: as whom open_loop has to speak.
door_of() { [[ "${kinds[$1]}" == drawing ]] && echo gateway || echo upstream; }

# paced name rate seconds folder: open_loop's lines. It compares every answer with the pictures.
paced() {
  "$GW_BENCH/open_loop" "$(port_of "$1")" "$(door_of "$1")" "$key" "$2" "$3" "$scratch/stub/$4"
}

check_proxies() {
  local name
  say "are the pictures right?"
  for name in direct-large nginx-large gateway-large; do paced "$name" 20 1 large >/dev/null; done
  for name in direct nginx gateway nginx-quiet gateway-quiet; do paced "$name" 100 1 small >/dev/null; done
}

# check_store name: what that gateway has stored under all that load are the stub's pictures.
check_store() {
  local images="$scratch/$1/data/images" wrong
  wrong="$(find "$images" -name '*.png' -not -path '*/tmp/*' -exec sha256sum {} + | cut -d ' ' -f 1 |
    sort -u | grep -cvxFf "$scratch/stub/$1/sums" || true)"
  [[ "$wrong" -eq 0 ]] || fail "$wrong kinds of wrong pictures in the gateway's store"
  [[ -n "$(find "$images" -name '*.png' -print -quit)" ]] || fail "the gateway has stored nothing"
}

open_rates=(500 1000 2000)

# open_loops file name…: lines "name rate answers/s p50 p99", three for each; a rate that is not held
# ends as soon as it is clear, because what is due and cannot be sent only waits.
open_loops() {
  local file="$1" rate round name
  shift
  for rate in "${open_rates[@]}"; do
    say "open loop of 1 kB answers, $rate/s"
    for round in 1 2 3; do
      for name in "$@"; do
        paced "$name" "$rate" 4 small >"$scratch/paced.txt"
        echo "$name $rate $(value paced answers_per_second) $(value paced p50_ms) $(value paced p99_ms)"
      done
    done
  done >"$scratch/$file.txt"
}

anonymous_kb() { awk '/^RssAnon/ { print $2 }' "/proc/$1/status"; }

# proxy_row label name yardstick connections
proxy_row() {
  printf '| %s | %.0f | %s × | %s | %s | %.0f | %s × | %.0f |\n' "$1" "$(median proxy "$2" "$4" 3)" \
    "$(median_ratio proxy "$2" "$3" "$4" 3)" "$(median proxy "$2" "$4" 4)" "$(median proxy "$2" "$4" 5)" \
    "$(median proxy "$2" "$4" 6)" "$(median_ratio proxy "$2" "$3" "$4" 6)" "$(median proxy "$2" "$4" 7)"
}

proxy_head() {
  cat <<TEXT

$1
| | requests/s | of nginx | p50 ms | p99 ms | CPU µs/request | of nginx | of it the I/O thread |
|---|---|---|---|---|---|---|---|
TEXT
}

proxy_table() {
  echo
  echo "## The gateway and nginx as proxies of the same upstream"
  proxy_head "1.44 MB pictures as b64_json, 32 connections (budget: ≥ 0.8 × nginx's requests/s)"
  proxy_row "straight to the upstream" direct-large nginx-large 32
  proxy_row "nginx" nginx-large nginx-large 32
  proxy_row "gateway, request log and store on" gateway-large nginx-large 32
  proxy_head "1 kB answers, 32 connections (budget: ≥ 0.6 × nginx's requests/s)"
  small_rows 32
  proxy_head "1 kB answers, one connection"
  small_rows 1
  open_table
}

small_rows() {
  proxy_row "straight to the upstream" direct nginx "$1"
  proxy_row "nginx, access log" nginx nginx "$1"
  proxy_row "gateway, request log and store on" gateway nginx "$1"
  proxy_row "nginx, no log" nginx-quiet nginx-quiet "$1"
  proxy_row "gateway, no log, store on" gateway-quiet nginx-quiet "$1"
}

# open_median file name rate column
open_median() {
  awk -v name="$2" -v rate="$3" -v column="$4" '$1 == name && $2 == rate { print $column }' "$scratch/$1.txt" |
    middle_line
}

# open_excess file name yardstick rate column: above the yardstick's own, the middle of the rounds'
# differences.
open_excess() {
  awk -v a="$2" -v b="$3" -v rate="$4" -v column="$5" '
    $2 == rate && $1 == a { ours[++i] = $column }
    $2 == rate && $1 == b { theirs[++j] = $column }
    END { for (k = 1; k <= i; ++k) printf "%.3f\n", ours[k] - theirs[k] }' "$scratch/$1.txt" | middle_line
}

open_table() {
  local rate name
  cat <<'TEXT'

1 kB answers, open loop: times from the moment a request was due (budget at 2,000/s: p50 ≤ 0.3 ms and p99 ≤ 1 ms
above nginx's own)
| | answers/s | p50 ms | p99 ms | p50 above nginx | p99 above nginx |
|---|---|---|---|---|---|
TEXT
  for rate in "${open_rates[@]}"; do
    for name in direct nginx gateway; do
      printf '| %s, %s/s | %.0f | %s | %s | %s | %s |\n' "$name" "$rate" "$(open_median open "$name" "$rate" 3)" \
        "$(open_median open "$name" "$rate" 4)" "$(open_median open "$name" "$rate" 5)" \
        "$(open_excess open "$name" nginx "$rate" 4)" "$(open_excess open "$name" nginx "$rate" 5)"
    done
  done
}

# memory_after_load kb_after kb_later
memory_after_load() {
  cat <<TEXT

Anonymous memory of the gateway that served the 1.44 MB pictures: $(megabytes "$1") MB at the end of that load,
$(megabytes "$2") MB when the rest had been measured (more than a minute later).
TEXT
}
