# Running test programs and turning what they say into counts.

# start_gtest suite program: runs it and notes its exit code and its seconds.
start_gtest() {
  local name="$1/${2##*/}" start=$SECONDS code=0
  local log="build/logs/$name.log" xml="$PWD/build/results/$name.xml"
  mkdir -p "${xml%/*}"
  rm -f "$xml"
  run_logged "$log" "$2" --gtest_output="xml:$xml" || code=$?
  echo "$code $((SECONDS - start))" >"$xml.end"
}

# count_gtest suite program: the XML report is written at the very end, so a program that crashes has
# none; what it had finished by then is read from its log.
count_gtest() {
  local name="$1/${2##*/}" code seconds good=0 bad=0
  local log="build/logs/$name.log" xml="$PWD/build/results/$name.xml"
  read -r code seconds <"$xml.end"
  if [[ -s "$xml" ]]; then
    bad="$(grep -m1 '<testsuites ' "$xml" | sed 's/.* failures="\([0-9]*\)".*/\1/')"
    good=$(($(grep -c '^    <testcase .*result="completed"' "$xml") - bad))
    mention_skipped "$name" "$(grep -c '^    <testcase .*result="skipped"' "$xml")"
  else
    good="$(grep -c '^\[       OK \]' "$log")" || true
  fi
  if [[ $code -ne 0 && $bad -eq 0 ]]; then
    bad=1
    echo "$name ended with exit code $code (124: it took over $time_limit s; 134, 139: it crashed)" >>"$log"
  elif [[ $((good + bad)) -eq 0 ]]; then
    bad=1
    echo "$name holds no test" >>"$log"
  fi
  report "$name" "$good" "$bad" "$seconds" "$log"
}

# A test that was left out is neither passed nor failed, but it is never silent.
mention_skipped() { [[ $2 -eq 0 ]] || say "$1: $2 SKIPPED"; }

cores="$(nproc)"

programs_in() { find "$1" -maxdepth 1 -type f -executable | sort; }

# run_gtests suite preset [at once]: each program of a suite, in its own process. Programs that keep time
# run alone.
run_gtests() {
  local programs program
  programs=($(programs_in "build/$2/bin/$1"))
  side_by_side "${3:-1}" "start_gtest $1" "${programs[@]}"
  for program in "${programs[@]}"; do count_gtest "$1" "$program"; done
}

# side_by_side number "command…" argument…: the command with each argument, so many at a time.
side_by_side() {
  local most="$1" command="$2" argument
  for argument in "${@:3}"; do
    while [[ "$(jobs -rp | wc -l)" -ge "$most" ]]; do wait -n || true; done
    $command "$argument" &
  done
  wait
}

# run_fuzz_seeds program…: the seeds, then a short search that is the same in every run.
run_fuzz_seeds() {
  local program
  mkdir -p build/results/fuzz build/logs/fuzz
  side_by_side "$cores" start_fuzz_target "$@"
  for program in "$@"; do count_check "fuzz/${program##*/}" "build/logs/check/fuzz/${program##*/}.log"; done
}

start_fuzz_target() {
  local name="${1##*/}" scratch
  local corpus="tests/fuzz/corpus/${name%_fuzz}"
  scratch="$(mktemp -d)"
  [[ -d "$corpus" ]] || corpus=""
  start_check "build/logs/check/fuzz/$name.log" "$1" -seed=1 -runs=20000 -max_total_time=5 -timeout=5 \
    -rss_limit_mb=2048 -artifact_prefix=build/results/fuzz/ "$scratch" $corpus
  rm -rf "$scratch"
}

# run_node_tests suite folder: node:test over the folder's *.test.mjs.
run_node_tests() {
  local name="$1/${2##*/}" start=$SECONDS code=0
  local log="build/logs/$name.log" tap="build/results/$name.tap"
  compgen -G "$2/*.test.mjs" >/dev/null || return 0
  require_node
  [[ ! -f "$2/package-lock.json" ]] || install_locked "$PWD/$2"
  mkdir -p "${tap%/*}"
  rm -f "$tap"
  run_logged "$log" "$node" --test --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$tap" "$2"/*.test.mjs || code=$?
  local good bad
  good="$(tap_total pass "$tap")"
  bad=$(($(tap_total fail "$tap") + $(tap_total cancelled "$tap")))
  [[ $code -eq 0 || $bad -ne 0 ]] || bad=1
  [[ $((good + bad)) -ne 0 ]] || bad=1
  mention_skipped "$name" "$(tap_total skipped "$tap")"
  report "$name" "$good" "$bad" $((SECONDS - start)) "$log"
}

# tap_total word file: the number in the closing "# word N"; 0 when the run did not get that far.
tap_total() {
  local total
  total="$(sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$2" 2>/dev/null | tail -n 1)"
  echo "${total:-0}"
}
