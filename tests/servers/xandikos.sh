# Xandikos: CalDAV kept in git; every PUT is a commit. It refuses Basic on plain HTTP, so it runs without
# authentication: everybody is alice, and there is no bob. Sourced by tests/run.

start_xandikos() {
  free_ports 1 && run_dir "$(memory_place)" || return 1
  local dir=$RUN_DIR port=${PORTS[0]}
  mkdir "$dir/data" "$dir/state"
  serve "$dir/log" "$TOOLS/venv/bin/xandikos" serve --directory "$dir/data" --state-dir "$dir/state" \
    --defaults --current-user-principal /alice/ --no-detect-systemd --listen-address 127.0.0.1 --port "$port"
  await Xandikos "$port" "$dir/log" || return 1
  announce XANDIKOS "http://127.0.0.1:$port/"
}
