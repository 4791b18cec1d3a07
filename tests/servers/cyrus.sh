# Cyrus IMAP's httpd: the engine behind Fastmail, the strictest and fastest of them. Users alice and bob,
# password "secret", Basic. Sourced by tests/run.
#
# It refuses to work as root, and its own user can't enter a clone in root's home: so its data is kept elsewhere, which
# also keeps its socket paths short. As any other user it runs as that user, and needs no privilege at all.

start_cyrus() {
  free_ports 2 && run_dir "$(memory_place)" || return 1
  local dir=$RUN_DIR http=${PORTS[0]} imap=${PORTS[1]} user=$(id -un) as=()
  if [ "$(id -u)" = 0 ]; then
    user=cyrus
    as=(setpriv --reuid=cyrus --regid=mail --clear-groups --pdeathsig TERM)
    chown cyrus:mail "$dir"
  fi
  cyrus_settings "$dir" "$http" "$imap" "$user"
  "${as[@]}" mkdir -p "$dir"/conf/{db,socket,log,msg,proc,ptclient,user,quota,sieve,lock} "$dir/spool" || return 1
  local name
  for name in cyrus alice bob; do
    printf secret | "${as[@]}" /usr/sbin/saslpasswd2 -p -c -f "$dir/sasldb2" -u localhost "$name" || return 1
  done
  serve "$dir/log" "${as[@]}" /usr/lib/cyrus/bin/master -D -C "$dir/imapd.conf" -M "$dir/cyrus.conf" -p "$dir/master.pid"
  await 'Cyrus (IMAP)' "$imap" "$dir/log" && await Cyrus "$http" "$dir/log" && cyrus_mailboxes "$imap" || {
    tail -n 40 "$dir/log" >&2
    return 1
  }
  announce CYRUS "http://127.0.0.1:$http/"
}

# cyrus_settings DIR HTTP_PORT IMAP_PORT USER
cyrus_settings() {
  cat >"$1/imapd.conf" <<CONF
cyrus_user: $4
configdirectory: $1/conf
defaultpartition: default
partition-default: $1/spool
proc_path: $1/conf/proc
mboxname_lockpath: $1/conf/lock
sievedir: $1/conf/sieve
servername: localhost
defaultdomain: localhost
admins: cyrus
unixhierarchysep: yes
altnamespace: yes
virtdomains: off
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $1/sasldb2
sasl_mech_list: PLAIN LOGIN
httpmodules: caldav
httpallowcompress: no
httpkeepalive: 20
caldav_allowscheduling: off
caldav_create_default: yes
caldav_maxdatetime: 20380119T031407Z
autocreate_post: yes
autocreate_quota: 0
CONF
  cat >"$1/cyrus.conf" <<CONF
START {
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C $1/imapd.conf -r"
}
SERVICES {
  http cmd="/usr/lib/cyrus/bin/httpd -C $1/imapd.conf -U 1000" listen="127.0.0.1:$2" prefork=1 maxchild=20
  imap cmd="/usr/lib/cyrus/bin/imapd -C $1/imapd.conf" listen="127.0.0.1:$3" prefork=0 maxchild=5
}
EVENTS {
}
CONF
}

# cyrus_mailboxes IMAP_PORT : a user without a mailbox has no calendar home
cyrus_mailboxes() {
  /usr/bin/python3 - "$1" <<'PY'
import imaplib, sys
imap = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]), timeout=30)
imap.login("cyrus", "secret")
for user in ("alice", "bob"):
    ok, answer = imap.create(f"user/{user}")
    assert ok == "OK", answer
imap.logout()
PY
}
