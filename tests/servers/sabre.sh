# sabre/dav, the engine of Nextcloud, Baikal and many others, on SQLite behind PHP's own server. Users alice and bob,
# password "secret", Digest and nothing else. A connection for each request. Sourced by tests/run.

start_sabre() {
  free_ports 1 && run_dir "$(memory_place)" || return 1
  local dir=$RUN_DIR port=${PORTS[0]}
  cp tests/servers/sabre.php "$dir/" || return 1
  SABRE_DATABASE=$dir/sqlite php "$dir/sabre.php" || return 1
  # Each of these processes serves one request at a time.
  serve "$dir/log" env "SABRE_DATABASE=$dir/sqlite" PHP_CLI_SERVER_WORKERS=8 \
    php -q -d opcache.enable_cli=1 -S "127.0.0.1:$port" -t "$dir" "$dir/sabre.php"
  await sabre/dav "$port" "$dir/log" || return 1
  announce SABRE "http://127.0.0.1:$port/"
}
