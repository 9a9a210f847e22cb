# The yardstick: nginx with one worker and Debian's defaults, serving a small file. Unpacked and not
# installed, because its package starts a server on port 80.
find_nginx() {
  nginx="$(command -v nginx || command -v /usr/sbin/nginx || true)"
  [[ -z "$nginx" ]] || return 0
  nginx="$results/nginx/usr/sbin/nginx"
  [[ -x "$nginx" ]] && return
  say "fetching nginx"
  (cd "$scratch" && apt-get -qq -o APT::Sandbox::User=root download nginx) ||
    fail "the yardstick needs Debian's nginx package (apt-get update may help)"
  dpkg-deb -x "$scratch"/nginx_*.deb "$results/nginx"
}

# Sets $process (the worker) and $port. /logged.json writes an access log, /quiet.json does not.
start_nginx() {
  find_nginx
  port="$(free_port)"
  mkdir -p "$scratch/nginx/files"
  printf '%-127s\n' '{"status":"ok"}' | tee "$scratch/nginx/files/logged.json" >"$scratch/nginx/files/quiet.json"
  cat >"$scratch/nginx/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $scratch/nginx/pid;
error_log $scratch/nginx/error.log;
events { worker_connections 1024; }
http {
  sendfile on;
  tcp_nopush on;
  types { application/json json; }
  keepalive_requests 100000000;
  access_log $scratch/nginx/access.log;
  client_body_temp_path $scratch/nginx/body;
  proxy_temp_path $scratch/nginx/proxy;
  fastcgi_temp_path $scratch/nginx/fastcgi;
  uwsgi_temp_path $scratch/nginx/uwsgi;
  scgi_temp_path $scratch/nginx/scgi;
  server {
    listen 127.0.0.1:$port;
    root $scratch/nginx/files;
    location = /quiet.json { access_log off; }
  }
}
CONF
  chmod 755 "$scratch"
  "$nginx" -c "$scratch/nginx/nginx.conf" -p "$scratch/nginx" 2>"$scratch/nginx/start.log" &
  local master=$!
  started+=("$master")
  wait_for_door "$port"
  process="$(<"/proc/$master/task/$master/children")"
  process="${process%% *}"
}
