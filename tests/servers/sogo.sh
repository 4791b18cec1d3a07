# SOGo: what many firms and universities have beside their mail, with PostgreSQL and memcached of its own. Users alice and
# bob, password "secret", Basic. It overwrites in spite of `If-None-Match: *`, forgets the name of a new calendar, answers a
# page at its root and at the well-known path, and closes connections without saying so. Sourced by tests/run.
#
# Neither it nor PostgreSQL works as root: there they run as the users that Debian makes for them, else as who we are.

start_sogo() {
  free_ports 3 && run_dir "$(memory_place)" || return 1
  local dir=$RUN_DIR http=${PORTS[0]} postgres=${PORTS[1]} memcached=${PORTS[2]}
  local database="postgresql://sogo@127.0.0.1:$postgres/sogo"
  # Whoever runs there looks into it.
  chmod 755 "$dir"
  start_sogo_memory "$dir" "$postgres" "$memcached" && sogo_users "$postgres" || return 1
  local as=() tables=() setting
  as_user as sogo sogo
  mkdir "$dir/home" && owned_by sogo "$dir/home" || return 1
  for setting in SOGoProfileURL OCSFolderInfoURL OCSSessionsFolderURL OCSEMailAlarmsFolderURL OCSStoreURL OCSAclURL \
    OCSCacheFolderURL; do
    tables+=("-$setting" "$database/${setting,,}")
  done
  # As many processes as there are connections at once: each serves one. Asked to end it takes eight seconds; killed it
  # takes its processes with it at once.
  serve "$dir/log" bash -c 'trap "kill -KILL \$!" TERM; "$@" & wait' - "${as[@]}" env "HOME=$dir/home" LC_ALL=C.UTF-8 /usr/sbin/sogod -WONoDetach YES -WOWorkersCount 10 \
    -WOPort "127.0.0.1:$http" -WOLogFile - -WOPidFile "$dir/home/pid" "${tables[@]}" \
    -SOGoMemcachedHost "127.0.0.1:$memcached" -SOGoTimeZone UTC -SxVMemLimit 0 \
    -SOGoUserSources "({type = sql; id = users; viewURL = \"$database/users\"; canAuthenticate = YES; userPasswordAlgorithm = plain;})"
  await SOGo "$http" "$dir/log" && sogo_calendars "$http" || { tail -n 40 "$dir/log" >&2; return 1; }
  announce SOGO "http://127.0.0.1:$http/"
}

# start_sogo_memory DIR POSTGRES_PORT MEMCACHED_PORT
start_sogo_memory() {
  local dir=$1 as=() programs
  programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  as_user as postgres postgres
  mkdir "$dir/postgres" && owned_by postgres "$dir/postgres" || return 1
  "${as[@]}" env LC_ALL=C.UTF-8 "$programs/initdb" -D "$dir/postgres/data" -U sogo -E UTF8 --auth=trust --no-sync \
    >"$dir/initdb.log" 2>&1 || { tail -n 20 "$dir/initdb.log" >&2; return 1; }
  serve "$dir/postgres.log" "${as[@]}" env LC_ALL=C.UTF-8 "$programs/postgres" -D "$dir/postgres/data" -p "$2" \
    -k "$dir/postgres" -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=100
  await PostgreSQL "$2" "$dir/postgres.log" || return 1
  as_user as memcache memcache
  serve "$dir/memcached.log" "${as[@]}" /usr/bin/memcached -l 127.0.0.1 -p "$3" -U 0 -m 32
  await memcached "$3" "$dir/memcached.log"
}

# as_user ARRAY USER GROUP : sets the array to what runs a command as that user, where we are root
as_user() {
  local -n words=$1
  words=()
  [ "$(id -u)" != 0 ] || words=(setpriv "--reuid=$2" "--regid=$3" --clear-groups --pdeathsig TERM)
}

# owned_by USER PATH : where we are root
owned_by() { [ "$(id -u)" != 0 ] || chown "$1" "$2"; }

# sogo_users POSTGRES_PORT : accepts connections before it takes questions
sogo_users() {
  local ask=(psql -qAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$1" -U sogo) patience=100
  until "${ask[@]}" postgres -c 'create database sogo' 2>/dev/null; do
    [ $patience -gt 0 ] || { say 'PostgreSQL takes no questions'; return 1; }
    patience=$((patience - 1))
    sleep 0.1
  done
  "${ask[@]}" sogo <<'SQL'
create table users (c_uid varchar primary key, c_name varchar, c_password varchar, c_cn varchar, mail varchar);
insert into users values ('alice', 'alice', 'secret', 'Alice', 'alice@example.org'),
  ('bob', 'bob', 'secret', 'Bob', 'bob@example.org');
SQL
}

# sogo_calendars HTTP_PORT : the first visit makes a person's tables, and two at once would both make them
sogo_calendars() {
  /usr/bin/python3 - "$1" <<'PY'
import base64, http.client, sys
for user in ("alice", "bob"):
    basic = "Basic " + base64.b64encode(f"{user}:secret".encode()).decode()
    server = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
    server.request("PROPFIND", f"/SOGo/dav/{user}/Calendar/", headers={"Depth": "1", "Authorization": basic})
    answer = server.getresponse()
    assert answer.status == 207, (answer.status, answer.read())
PY
}
