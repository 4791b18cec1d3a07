# Starts, awaits and ends server processes. Sourced by tests/run.

RUN_DIRS=()   # emptied at exit
PROCESSES=()  # "PID START": process groups of ours; START guards against a recycled id
EXPORTS=()
JOB=          # the process group that in_group waits for

# memory_place : memory where there is enough of it. Servers wait for the disk several times a PUT (Cyrus writes 35 instead
# of 130 a second on a busy machine), and the tests are not about that disk.
memory_place() {
  local free
  free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
  if [ -w /dev/shm ] && [ "${free:-0}" -gt 1000000 ]; then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi
}

# run_dir PARENT : a new directory in RUN_DIR, removed at exit
run_dir() {
  mkdir -p "$1"
  RUN_DIR=$(mktemp -d "$1/pasarela-test.XXXXXXXX")
  RUN_DIRS+=("$RUN_DIR")
}

# free_ports COUNT : that many loopback ports in the array PORTS that are free, and stay so for whoever chooses in the same
# way: below those that the system gives away, and held at 127.0.0.2, where nobody serves, for as long as this shell lives.
free_ports() {
  local found=$TOOLS/ports.$$
  serve /dev/null /usr/bin/python3 tests/servers/ports.py "$1" "$found"
  until [ -s "$found" ]; do still_ours "${PROCESSES[-1]}" || return 1; sleep 0.02; done
  read -r -a PORTS <"$found"
  rm -f "$found"
}

started_at() { awk '{ sub(/^.*\) /, ""); print $20 }' "/proc/$1/stat" 2>/dev/null || true; }

# still_ours "PID START"
still_ours() {
  local pid=${1% *} start=${1#* }
  [ -n "$start" ] && [ "$(started_at "$pid")" = "$start" ]
}

# serve LOG COMMAND... : runs COMMAND in a process group of its own that dies with this shell
serve() {
  local log=$1 pid
  shift
  setsid setpriv --pdeathsig TERM "$@" >>"$log" 2>&1 &
  pid=$!
  PROCESSES+=("$pid $(started_at "$pid")")
}

# await NAME PORT LOG : until the server started last accepts connections, at most a minute
await() {
  local deadline=$((SECONDS + 60)) process=${PROCESSES[-1]}
  until (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; do
    if ! still_ours "$process"; then say "$1 ended before it was ready"; tail -n 40 "$3" >&2; return 1; fi
    if [ $SECONDS -ge $deadline ]; then say "$1 accepts no connection on port $2"; tail -n 40 "$3" >&2; return 1; fi
    sleep 0.1
  done
}

# await_line NAME PATTERN LOG : until the server started last has written what matches, which is then in LINE
await_line() {
  local deadline=$((SECONDS + 60)) process=${PROCESSES[-1]}
  until LINE=$(grep -om1 "$2" "$3"); do
    if ! still_ours "$process"; then say "$1 ended before it was ready"; tail -n 40 "$3" >&2; return 1; fi
    if [ $SECONDS -ge $deadline ]; then say "$1 does not say where it is"; tail -n 40 "$3" >&2; return 1; fi
    sleep 0.1
  done
}

# forget PID : a process of ours has ended and was waited for
forget() {
  local process kept=()
  for process in "${PROCESSES[@]}"; do [ "${process% *}" = "$1" ] || kept+=("$process"); done
  PROCESSES=("${kept[@]}")
}

# announce NAME URL
announce() {
  export "PASARELA_TEST_$1=$2"
  EXPORTS+=("PASARELA_TEST_$1=$2")
}

print_exports() { printf 'export %s\n' "${EXPORTS[@]}"; }

# wait_for_end : until a signal comes or a server dies
wait_for_end() {
  local process
  while :; do
    sleep 1 &
    wait $! || return 0
    for process in "${PROCESSES[@]}"; do
      still_ours "$process" || { say "a server ended by itself: process $process"; return 1; }
    done
  done
}

# in_group COMMAND... : runs COMMAND to its end in a process group of its own. Unlike with a plain call, a signal that
# ends this shell is heard at once, and stop_all ends the command with all its children.
in_group() {
  local status=0
  setsid "$@" &
  JOB=$!
  wait "$JOB" || status=$?
  JOB=
  return $status
}

# stop_all : the trap; ends what serve started, removes what run_dir made
stop_all() {
  local status=$? process patience
  trap - EXIT INT TERM HUP
  set +e
  [ -z "$JOB" ] || kill -TERM -- "-$JOB" 2>/dev/null
  for process in "${PROCESSES[@]}"; do still_ours "$process" && kill -TERM -- "-${process% *}" 2>/dev/null; done
  for process in "${PROCESSES[@]}"; do
    patience=50
    while still_ours "$process" && [ $patience -gt 0 ]; do sleep 0.1; patience=$((patience - 1)); done
    # The group outlives its leader when a child lingers; its id can't be recycled while it does.
    kill -KILL -- "-${process% *}" 2>/dev/null
  done
  [ -z "$JOB" ] || kill -KILL -- "-$JOB" 2>/dev/null
  [ ${#RUN_DIRS[@]} = 0 ] || rm -rf "${RUN_DIRS[@]}"
  allow_service_starts
  exit $status
}
