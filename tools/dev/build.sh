# Configuring and building. `release` is what users run, `asan` what unit tests and fuzzing use.
program="$PWD/build/release/dreamifly-2api"

# CMake speaks only when it fails; ninja says what it does.
configure() {
  local log="build/configure-$1.log"
  mkdir -p build
  cmake --preset "$1" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}

# build preset target…
build() {
  configure "$1" && ninja -C "build/$1" "${@:2}" >&2
}

require_build_packages() { require_packages "${build_packages[@]}" $(boost_packages) "$@"; }

dev_build() {
  require_build_packages
  build release dreamifly-2api
  say "build/release/dreamifly-2api"
}

dev_run() {
  require_build_packages
  build release dreamifly-2api
  exec "$program" serve "$@"
}

# The bench preset is the release tree with more targets, so what is measured is what users run.
dev_bench() {
  require_build_packages "${bench_packages[@]}"
  configure bench
  ninja -C build/release dreamifly-2api bench_suite >&2
  GW_BINARY="$program" GW_BENCH="$PWD/build/release/bin/bench" exec bench/run.sh "$@"
}

dev_format() {
  require_packages clang-format-19
  tools/format
}
