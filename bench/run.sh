#!/usr/bin/env bash
# Measures the program and prints one readable page, which is also kept in build/bench/results.md.
#   bench/run.sh [part…]      (all of them when none is named)
# Wants GW_BINARY (the program) and GW_BENCH (the folder of the measuring programs): `./dev bench` builds
# both. Loopback only; about a quarter of an hour; ends every process it has started.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
: "${GW_BINARY:=$PWD/build/release/dreamifly-2api}" "${GW_BENCH:=$PWD/build/release/bin/bench}"
results="$PWD/build/bench"
mkdir -p "$results"
for part in bench/lib/*.sh; do source "$part"; done

all_parts=(proxy last_byte slots memory http waiting edits streams jobs library journal startup micro)
parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=("${all_parts[@]}")
for part in "${parts[@]}"; do
  declare -F "measure_$part" >/dev/null || fail "unknown part '$part': ${all_parts[*]}"
done

describe_machine() {
  local cores load
  cores="$(nproc)"
  load="$(cut -d ' ' -f 1-3 /proc/loadavg)"
  cat <<TEXT
# Benchmarks of $("$GW_BINARY" version)
$(sed -n 's/^model name[[:blank:]]*: //p' /proc/cpuinfo | head -n 1), $cores cores, $(awk '/^MemTotal/ { printf "%.0f", $2 / 1e6 }' /proc/meminfo) GB; $(uname -sr), $(. /etc/os-release && echo "$PRETTY_NAME");
$(clang++-19 --version | head -n 1); $(date -u +%F); load before the run: $load;
network: $(describe_network).
Other work on the machine moves absolute figures; trust the ratios, which were taken in the same seconds.
TEXT
}

find_nginx
enter_own_network "$@"
make_scratch
describe_machine >"$scratch/page.md"
for part in "${parts[@]}"; do "measure_$part" >>"$scratch/page.md"; done
cp "$scratch/page.md" "$results/results.md"
cat "$results/results.md"
say "kept in build/bench/results.md"
