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

dev_bench() {
  require_build_packages "${bench_packages[@]}"
  build bench
  GW_BUILD="$PWD/build/bench" GW_BINARY="$PWD/build/bench/dreamifly-2api" exec bench/run.sh "$@"
}

dev_format() {
  require_packages clang-format-19
  tools/format
}
