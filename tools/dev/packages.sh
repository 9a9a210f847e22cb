# What Debian must provide. Nothing is asked of apt while everything is there.
build_packages=(
  clang-19 lld-19 cmake ninja-build ccache pkg-config
  libcurl4-openssl-dev libssl-dev zlib1g-dev libgd-dev libsoci-dev libsqlite3-dev fonts-wqy-microhei prometheus-cpp-dev
  libfmt-dev libyaml-cpp-dev libcli11-dev libgtest-dev libgmock-dev libnghttp2-dev
)
lint_packages=(clang-format-19 clang-tidy-19 perl git)
sanitizer_packages=(libclang-rt-19-dev llvm-19)
bench_packages=(libbenchmark-dev wrk)
browser_packages=(chromium)

# Debian 12 has Boost 1.81 beside its default 1.74 under a name of its own; Debian 13 has 1.83.
boost_packages() {
  if [[ "$(. /etc/os-release && echo "${VERSION_ID:-}")" == 12 ]]; then
    echo libboost1.81-dev libboost-json1.81-dev
  else
    echo libboost-dev libboost-json-dev
  fi
}

missing_packages() {
  local installed
  installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
  local package
  for package in "$@"; do
    [[ "$installed" == *" installed:$package "* ]] || echo "$package"
  done
}

# "sudo" when it can be used, nothing as root; fails when neither holds. A person at a terminal may
# type a password, a script may not be stopped by the question.
root_prefix() {
  [[ $EUID -eq 0 ]] && return 0
  command -v sudo >/dev/null || return 1
  if [[ -t 0 ]]; then sudo -v; else sudo -n true 2>/dev/null; fi || return 1
  echo sudo
}

require_packages() {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "this needs Debian 12 or 13; elsewhere install the counterparts of: ${build_packages[*]} $(boost_packages) and use 'cmake --preset release'"
  local missing as_root
  mapfile -t missing < <(missing_packages "$@" | awk '!seen[$0]++')
  [[ ${#missing[@]} -gt 0 ]] || return 0

  if ! as_root="$(root_prefix)"; then
    echo "These packages are missing, and neither root nor sudo is at hand. Have this run, then try again:" >&2
    echo "apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  say "installing ${missing[*]}"
  local apt=($as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  "${apt[@]}" update >&2 || die "apt-get update failed"
  # --no-remove: a machine with other work on it (Boost 1.74, say) must not lose its packages here.
  "${apt[@]}" install -y --no-install-recommends --no-remove "${missing[@]}" >&2 ||
    die "apt-get could not install: ${missing[*]} (nothing was removed to make room)"
}
