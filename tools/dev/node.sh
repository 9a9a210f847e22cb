# Node 22 for the tests that speak through the official clients: Debian has 18, npm has every one.
# Both it and each test folder's packages are pinned by a lock file and installed once per lock file.
node_home="$PWD/.tools/node22"

# An npm from elsewhere (nodesource's nodejs holds one) does as well.
npm_package() { command -v npm >/dev/null || echo npm; }

require_node() {
  mkdir -p "$node_home"
  cp tools/node/package.json tools/node/package-lock.json "$node_home/"
  install_locked "$node_home"
  local found=("$node_home"/node_modules/node-linux-*/bin/node)
  [[ -x "${found[0]}" ]] || die "there is no Node 22 for $(uname -m) in $node_home"
  node="${found[0]}"
}

# install_locked folder: npm ci, unless the folder already holds what its lock file says.
install_locked() {
  local stamp="$1/node_modules/.installed" lock
  lock="$(sha256sum <"$1/package-lock.json")"
  [[ -f "$stamp" && "$(<"$stamp")" == "$lock" ]] && return 0
  say "npm ci in ${1#"$PWD/"}"
  npm ci --prefix "$1" --no-fund --no-audit --loglevel=error >&2 </dev/null || die "npm ci failed in $1"
  mkdir -p "$1/node_modules" && echo "$lock" >"$stamp"
}
