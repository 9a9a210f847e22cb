# nginx for the tests that put it in front of the gateway: the machine's own, or Debian's package unpacked
# and not installed, because installing it starts a server on port 80. Without it those tests are
# skipped, which is never silent.
provide_nginx() {
  local own
  own="$(command -v nginx || command -v /usr/sbin/nginx || true)"
  export GW_NGINX="${own:-$PWD/.tools/nginx/usr/sbin/nginx}"
  if [[ ! -x "$GW_NGINX" ]]; then
    say "fetching nginx"
    unpack_nginx || say "Debian's nginx package cannot be had; the tests behind nginx are skipped"
  fi
}

unpack_nginx() {
  local scratch failed=0
  scratch="$(mktemp -d)"
  mkdir -p .tools
  (cd "$scratch" && apt-get -qq -o APT::Sandbox::User=root download nginx >&2) &&
    dpkg-deb -x "$scratch"/nginx_*.deb "$PWD/.tools/nginx" && "$GW_NGINX" -v >&2 || failed=1
  rm -rf "$scratch"
  return "$failed"
}
