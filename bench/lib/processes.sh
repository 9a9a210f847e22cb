# Starting and ending what is measured. Everything lives in $scratch and ends with the run.
started=()
key=sk-test-bench-0123456789

# In memory where that is possible: the costs of a disk's file system belong to no request.
make_scratch() {
  if [[ -w /dev/shm ]]; then scratch="$(mktemp -d -p /dev/shm)"; else scratch="$(mktemp -d)"; fi
  trap end_all EXIT
  trap 'exit 130' INT TERM
}

end_all_started() {
  local process
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  for process in "${started[@]}"; do wait "$process" 2>/dev/null || true; done
  started=()
}
end_all() {
  end_all_started
  rm -rf "$scratch"
}

fail() { printf 'bench: %s\n' "$*" >&2; exit 1; }
say() { printf '==> %s\n' "$*" >&2; }

# A port below the range that outgoing connections take theirs from.
free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 10000))
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  fail "no free port"
}

# wait_for_door port: until somebody listens there.
wait_for_door() {
  for _ in {1..500}; do
    (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    sleep 0.02
  done
  fail "nobody listens on port $1: $(tail -n 5 "$scratch"/*.log)"
}

# start_gateway name NAME=value…: sets $process and $port. The environment is ours alone, so that no
# setting of the caller's shell or .env leaks in.
start_gateway() {
  local name="$1"
  shift
  port="$(free_port)"
  mkdir -p "$scratch/$name"
  (cd "$scratch/$name" && exec env -i PATH="$PATH" API_MASTER_KEY="$key" SHUTDOWN_GRACE=0 "$@" \
    "$GW_BINARY" serve --port "$port" --data-dir data >out.log 2>err.log) &
  process=$!
  started+=("$process")
  wait_for_door "$port"
}

# cpu_us /proc/…/stat: CPU time in microseconds, user and system, of a process or one of its threads.
cpu_us() {
  local line ticks
  line="$(<"$1")"
  read -ra ticks <<<"${line##*) }"
  echo $(((ticks[11] + ticks[12]) * 1000000 / $(getconf CLK_TCK)))
}

# What a measuring program has printed into $scratch/file.txt: value file name
value() { awk -v name="$2" '$1 == name { print $2 }' "$scratch/$1.txt"; }
megabytes() { awk -v kb="$1" 'BEGIN { printf "%.1f", kb * 1024 / 1e6 }'; }
