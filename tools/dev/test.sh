# ./dev test: which suites there are, what each needs, and in which order they run.
all_suites=(checks unit sim contract e2e browser fault)

dev_test() {
  local wanted="${1:-all}"
  case "$wanted" in
    all) run_suites "${all_suites[@]}" ;;
    unit | sim | contract | e2e | browser | fault) run_suites "$wanted" ;;
    *) usage >&2; exit 2 ;;
  esac
}

dev_lint() { run_suites checks; }

run_suites() {
  local suite packages=()
  for suite in "$@"; do packages+=($(suite_packages "$suite")); done
  require_build_packages "${packages[@]}"

  rm -rf build/logs build/results
  export GW_BINARY="$program" CHROMIUM=/usr/bin/chromium
  export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19
  export UBSAN_OPTIONS=print_stacktrace=1
  trap finish EXIT
  for suite in "$@"; do
    say "$suite"
    "suite_$suite"
  done
}

suite_packages() {
  case "$1" in
    checks) echo "${lint_packages[@]}" "${sanitizer_packages[@]}" ;;
    unit | sim | contract) echo "${sanitizer_packages[@]}" ;;
    e2e) npm_package ;;
    browser) npm_package; echo "${browser_packages[@]}" ;;
  esac
}

suite_checks() {
  check format tools/format --check
  check layers tools/check_layers
  check layers-self-test tools/check_layers --self-test
  check hygiene tools/check_hygiene
  # As the container's build does it, which has no packages for tests.
  check configure-without-tests cmake --preset release -DGW_TESTS=OFF -B build/without-tests
  configure asan || { report "configure" 0 1 0 build/configure-asan.log; return 0; }
  # These two compile: minutes when nothing is remembered, seconds afterwards.
  time_limit=1800
  check headers tools/check_headers
  check tidy tools/check_tidy
  time_limit=600
}

suite_unit() {
  built "unit tests and fuzz targets" asan unit_suite fuzz_suite || return 0
  run_gtests unit asan "$cores"
  run_fuzz_seeds $(programs_in build/asan/bin/fuzz)
}

suite_sim() { built "simulation" asan sim_suite && run_gtests sim asan "$cores" || true; }

suite_contract() { built "contract tests" asan contract_suite && run_gtests contract asan "$cores" || true; }

suite_e2e() {
  built "program and end-to-end tests" release dreamifly-2api e2e_suite || return 0
  provide_nginx
  run_gtests e2e release
  run_node_tests e2e tests/sdk
  run_node_tests e2e tests/clients
}

suite_browser() {
  built "program" release dreamifly-2api || return 0
  run_node_tests browser tests/browser
}

suite_fault() { built "program and fault tests" release dreamifly-2api fault_suite && run_gtests fault release || true; }
