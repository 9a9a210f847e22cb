# A network of the benchmark's own, where the system allows one: on the machine's, rules of containers
# are looked at for every packet, and a congestion control that paces (BBR) paces on loopback too.

# Starts the whole run anew inside of it.
enter_own_network() {
  local enter=(unshare --net)
  [[ -z "${GW_BENCH_NETWORK:-}" ]] || return 0
  [[ $EUID -eq 0 ]] || enter+=(--map-root-user)
  "${enter[@]}" sh -c 'ip link set lo up' 2>/dev/null || return 0
  exec env GW_BENCH_NETWORK=own GW_BINARY="$GW_BINARY" GW_BENCH="$GW_BENCH" \
    "${enter[@]}" sh -c 'ip link set lo up
      echo reno >/proc/sys/net/ipv4/tcp_congestion_control || true
      exec bench/run.sh "$@"' sh "$@"
}

describe_network() {
  local congestion
  congestion="$(</proc/sys/net/ipv4/tcp_congestion_control)"
  if [[ -n "${GW_BENCH_NETWORK:-}" ]]; then
    echo "a namespace of its own, loopback alone, $congestion"
  else
    echo "the machine's own loopback, $congestion"
  fi
}
