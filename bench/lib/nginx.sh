# nginx as a yardstick and as an upstream: one worker and Debian's defaults. Unpacked and not
# installed, because its package starts a server on port 80.
find_nginx() {
  nginx="$(command -v nginx || command -v /usr/sbin/nginx || true)"
  [[ -z "$nginx" ]] || return 0
  nginx="$results/nginx/usr/sbin/nginx"
  [[ ! -x "$nginx" ]] || return 0
  say "fetching nginx"
  mkdir -p "$results/nginx"
  (cd "$results/nginx" && apt-get -qq -o APT::Sandbox::User=root download nginx && dpkg-deb -x nginx_*.deb .) ||
    fail "the yardstick needs Debian's nginx package (apt-get update may help)"
}

nginx_folder() {
  mkdir -p "$scratch/$1"
  chmod 755 "$scratch" "$scratch/$1"
}

# start_nginx name <what stands in http { }, beside the defaults: sets $process (the worker). Its
# folder is $scratch/name.
start_nginx() {
  local folder="$scratch/$1" master
  nginx_folder "$1"
  {
    cat <<CONF
daemon off;
$([[ $EUID -ne 0 ]] || echo 'user root;')
worker_processes 1;
pid $folder/pid;
error_log $folder/error.log;
events { worker_connections 8192; }
http {
  sendfile on;
  tcp_nopush on;
  types { application/json json; }
  keepalive_requests 100000000;
  access_log $folder/access.log;
  client_body_temp_path $folder/body;
  proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi;
  scgi_temp_path $folder/scgi;
CONF
    cat
    echo "}"
  } >"$folder/nginx.conf"
  "$nginx" -c "$folder/nginx.conf" -p "$folder" 2>"$folder/start.log" &
  master=$!
  started+=("$master")
  process=""
  for _ in {1..500}; do
    process="$(cat "/proc/$master/task/$master/children" 2>/dev/null || true)"
    [[ -n "$process" ]] && break
    kill -0 "$master" 2>/dev/null || fail "nginx does not start: $(cat "$folder/start.log")"
    sleep 0.02
  done
  process="${process%% *}"
}
