# Counting. Every test program, Node run and check adds to these two; `finish` prints them last.
passed=0
failed=0

count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
}

# Whatever happens after the tests have begun, the last line is the count, and an early end is a failure.
finish() {
  local code=$?
  if [[ $code -ne 0 ]]; then
    say "./dev stopped early (exit $code)"
    count 0 1
  elif [[ $((passed + failed)) -eq 0 ]]; then
    say "nothing ran"
    code=1
  fi
  [[ $failed -eq 0 ]] || code=1
  echo "$passed passed, $failed failed"
  exit "$code"
}

time_limit=600  # seconds for one program or check

# run_logged log command…: output to the log only. A program that a test left behind must not keep us
# waiting, so nothing is read through a pipe.
run_logged() {
  local log="$1"
  shift
  mkdir -p "${log%/*}"
  timeout --kill-after=10 "$time_limit" "$@" >"$log" 2>&1 </dev/null
}

# report name passed failed seconds log: one line, and the log of what failed.
report() {
  count "$2" "$3"
  if [[ $3 -eq 0 ]]; then
    printf '  ok      %-34s %5d passed  %4d s\n' "$1" "$2" "$4" >&2
  else
    printf '  FAILED  %-34s %5d passed, %d failed  %4d s  (%s)\n' "$1" "$2" "$3" "$4" "$5" >&2
    without_successes "$5" | tail -n 200 | sed 's/^/  | /' >&2
  fi
}

# A log without GoogleTest's lines about what went well.
without_successes() {
  awk '/^\[ RUN      \]/ { held = $0; next }
       /^\[       OK \]/ { held = ""; next }
       held != ""          { print held; held = "" }
                           { print }
       END                 { if (held != "") print held }' "$1"
}

# check name command…: passes or fails as one.
check() {
  local log="build/logs/check/$1.log"
  start_check "$log" "${@:2}"
  count_check "$1" "$log"
}

# start_check log command…: runs it and notes its exit code and its seconds beside the log.
start_check() {
  local start=$SECONDS code=0
  run_logged "$@" || code=$?
  echo "$code $((SECONDS - start))" >"$1.end"
}

# count_check name log
count_check() {
  local code seconds
  read -r code seconds <"$2.end"
  report "$1" $((code == 0)) $((code != 0)) "$seconds" "$2"
}

# built name preset target…: true when it could be built. A build that breaks counts as one failure;
# one that works is no test.
built() {
  local name="$1" start=$SECONDS
  shift
  say "building $name"
  if build "$@"; then
    say "built $name in $((SECONDS - start)) s"
    return 0
  fi
  report "build $name" 0 1 0 /dev/null
  return 1
}
