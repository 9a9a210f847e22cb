# Running test programs and turning what they say into counts.

# run_gtest suite program: the XML report is written at the very end, so a program that crashes has
# none; what it had finished by then is read from its log.
run_gtest() {
  local name="$1/${2##*/}" start=$SECONDS code=0 good=0 bad=0
  local log="build/logs/$name.log" xml="$PWD/build/results/$name.xml"
  mkdir -p "${xml%/*}"
  rm -f "$xml"
  run_logged "$log" "$2" --gtest_output="xml:$xml" || code=$?
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
  report "$name" "$good" "$bad" $((SECONDS - start)) "$log"
}

# A test that was left out is neither passed nor failed, but it is never silent.
mention_skipped() { [[ $2 -eq 0 ]] || say "$1: $2 SKIPPED"; }

# run_gtests suite preset: each program of a suite, in its own process.
run_gtests() {
  local program
  for program in "build/$2/bin/$1"/*; do
    [[ ! -x "$program" ]] || run_gtest "$1" "$program"
  done
}

# run_fuzz_seeds program: the seeds, then a short search that is the same in every run.
run_fuzz_seeds() {
  local name="${1##*/}" scratch
  local corpus="tests/fuzz/corpus/${name%_fuzz}"
  scratch="$(mktemp -d)"
  mkdir -p build/results/fuzz
  [[ -d "$corpus" ]] || corpus=""
  check "fuzz/$name" "$1" -seed=1 -runs=20000 -max_total_time=5 -timeout=5 -rss_limit_mb=2048 \
    -artifact_prefix=build/results/fuzz/ "$scratch" $corpus
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
