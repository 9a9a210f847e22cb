# ./dev fuzz: open-ended search. What it finds joins a corpus under build/, a crash is kept beside it.
dev_fuzz() {
  local wanted="${1:-}" seconds="${2:-60}" target found=no
  require_build_packages "${sanitizer_packages[@]}"
  build asan fuzz_suite
  for target in build/asan/bin/fuzz/*_fuzz; do
    [[ -z "$wanted" || "${target##*/}" == "${wanted%_fuzz}_fuzz" ]] || continue
    found=yes
    fuzz_one "$target" "$seconds"
  done
  [[ $found == yes ]] || die "there is no fuzz target '$wanted'; see tests/fuzz/"
}

fuzz_one() {
  local name="${1##*/}"
  name="${name%_fuzz}"
  local kept="build/fuzz/$name/corpus" seeds="tests/fuzz/corpus/$name"
  mkdir -p "$kept"
  [[ -d "$seeds" ]] || seeds=""
  say "fuzz $name for $2 s"
  "$1" -max_total_time="$2" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$name/" "$kept" $seeds ||
    die "$name failed: its input is in build/fuzz/$name/; keep it in $seeds once it is mended"
}
