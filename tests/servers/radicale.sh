# Radicale: CalDAV over plain HTTP/1.0 with Basic, files on disk. Users alice and bob, password "secret".
# Its cost per PUT grows with the calendar (35 ms at 1,000 events). Sourced by tests/run.

start_radicale() {
  free_ports 1 && run_dir "$(memory_place)" || return 1
  local dir=$RUN_DIR port=${PORTS[0]}
  printf 'alice:secret\nbob:secret\n' >"$dir/users"
  cat >"$dir/config" <<CONFIG
[server]
hosts = 127.0.0.1:$port
max_connections = 64
[auth]
type = htpasswd
htpasswd_filename = $dir/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = $dir/data
[logging]
level = warning
CONFIG
  serve "$dir/log" "$TOOLS/venv/bin/radicale" --config "$dir/config"
  await Radicale "$port" "$dir/log" || return 1
  announce RADICALE "http://127.0.0.1:$port/"
}
