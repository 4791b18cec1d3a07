# Installs what the tests need. Sourced by tests/run.

# A C compiler for SQLite, AWS-LC and jemalloc, which Rust also links with, and make for the last (none needs cmake or perl);
# Debian's own Python, whichever other one is first in PATH.
BUILD_PACKAGES=(gcc libc6-dev make)
SERVER_PACKAGES=(ca-certificates python3 python3-venv util-linux libfaketime jq
  cyrus-imapd cyrus-caldav sasl2-bin libsasl2-modules
  sogo postgresql memcached
  php-cli php-sqlite3 php-xml php-mbstring php-sabre-dav)
BROWSER_PACKAGES=(chromium fonts-dejavu-core)
# What playwright-core needs at least; where Debian's is older, this one comes from npm.
NODE_MAJOR=20
NODE_FROM_NPM=20.20.2

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1
export DEBIAN_FRONTEND=noninteractive CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}

say() { echo "tests/run: $*" >&2; }

install_tools() { install_build_tools && install_packages "${SERVER_PACKAGES[@]}" && install_venvs && install_browser && install_texts; }

install_build_tools() { install_rust_parts && install_packages "${BUILD_PACKAGES[@]}"; }

# A minimal Rust has neither; rustup adds them for the toolchain that is in use here.
install_rust_parts() {
  command -v cargo >/dev/null || { say 'there is no cargo: install Rust first (https://rustup.rs)'; return 1; }
  local part missing=()
  for part in fmt clippy; do
    cargo "$part" --version >/dev/null 2>&1 || missing+=("${part/fmt/rustfmt}")
  done
  [ ${#missing[@]} = 0 ] || rustup component add "${missing[@]}"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# install_packages NAME... : Debian packages, without their services being started
install_packages() {
  local name missing=()
  for name in "$@"; do is_installed "$name" || missing+=("$name"); done
  [ ${#missing[@]} = 0 ] && return 0
  # Cyrus depends on a mail server; the smallest one will do, and one that is there is left alone.
  [ -e /usr/sbin/sendmail ] || missing+=(msmtp-mta)
  say "apt-get install ${missing[*]}"
  if ! as_root true; then say 'missing packages can be installed only by root or with a sudo that asks no password'; return 1; fi
  local log=$TOOLS/apt.log status=0
  INSTALLING=("${missing[@]}")
  forbid_service_starts
  as_root apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 update >"$log" 2>&1 &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
      install --no-install-recommends "${missing[@]}" >>"$log" 2>&1 || status=$?
  allow_service_starts
  [ $status = 0 ] || { tail -n 30 "$log" >&2; say "apt-get failed, see $log"; }
  return $status
}

# The tests run servers themselves, on ports and data of their own: a package must not start one with the machine's. A
# service whose package was there before goes on as it did. A policy that was there before is not touched; ours is taken
# back, also when the run is broken off.
FORBIDDEN=
INSTALLING=()
forbid_service_starts() {
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  FORBIDDEN=yes
  printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
  as_root chmod 755 /usr/sbin/policy-rc.d
}

allow_service_starts() {
  [ -n "$FORBIDDEN" ] || return 0
  as_root rm -f /usr/sbin/policy-rc.d
  FORBIDDEN=
  # Nor at the next boot.
  [ -d /run/systemd/system ] || return 0
  local name
  for name in "${INSTALLING[@]}"; do as_root systemctl disable --quiet "$name.service" 2>/dev/null || true; done
}

install_venvs() { install_venv venv tests/servers/requirements.txt && install_venv contract-venv tests/contract/requirements.txt; }

# install_venv NAME REQUIREMENTS : Python's servers and checkers, in a venv of exactly these versions
install_venv() {
  local venv=$TOOLS/$1 wanted=$2
  cmp -s "$wanted" "$venv/installed.txt" && return 0
  say "installing $wanted"
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --retries 5 --only-binary :all: --requirement "$wanted" &&
    "$venv/bin/pip" check >&2 && cp "$wanted" "$venv/installed.txt"
}

# Debian's Chromium, and what drives it, in exactly the versions of package-lock.json.
install_browser() {
  local place=$TOOLS/browser name fresh=yes
  install_packages "${BROWSER_PACKAGES[@]}" && install_node || return 1
  for name in package.json package-lock.json; do cmp -s "tests/browser/$name" "$place/$name" || fresh=no; done
  [ $fresh = no ] || [ ! -e "$place/installed" ] || return 0
  say 'installing tests/browser/package-lock.json'
  rm -rf "$place"
  mkdir -p "$place" && cp tests/browser/package.json tests/browser/package-lock.json "$place" &&
    (cd "$place" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && touch "$place/installed"
}

# A strict reader in JavaScript, and real texts, in exactly the versions that are pinned.
install_texts() {
  local place=$TOOLS/texts made
  made=$(cat tests/texts/package-lock.json tests/texts/collect.py tests/servers/requirements.txt Cargo.lock | sha256sum)
  [ "$(cat "$place/installed" 2>/dev/null)" != "$made" ] || return 0
  install_node || return 1
  say 'installing tests/texts'
  rm -rf "$place"
  mkdir -p "$place" && cp tests/texts/package.json tests/texts/package-lock.json "$place" &&
    (cd "$place" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2 &&
    cargo metadata --locked --format-version 1 --filter-platform "$(rustc -vV | sed -n 's/^host: //p')" >"$place/cargo.json" &&
    "$TOOLS/venv/bin/python" tests/texts/collect.py "$place/cargo.json" "$place/node_modules" "$place/real" >&2 &&
    printf '%s\n' "$made" >"$place/installed"
}

node_will_do() {
  local version
  version=$(node --version 2>/dev/null) && version=${version#v} && [ "${version%%.*}" -ge $NODE_MAJOR ]
}

# install_node : a node that is new enough comes first in PATH, and there is an npm
install_node() {
  local place=$TOOLS/node kind
  export PATH=$place/node_modules/.bin:$PATH
  command -v node >/dev/null || install_packages nodejs || return 1
  command -v npm >/dev/null || install_packages npm || return 1
  node_will_do && return 0
  case $(uname -m) in x86_64) kind=x64 ;; aarch64) kind=arm64 ;; *) say "there is no node $NODE_MAJOR for $(uname -m)"; return 1 ;; esac
  say "installing node $NODE_FROM_NPM, as Debian's is $(node --version)"
  mkdir -p "$place/node_modules/.bin" &&
    npm install --prefix "$place" --no-save --ignore-scripts --no-audit --no-fund --loglevel=error "node-linux-$kind@$NODE_FROM_NPM" &&
    ln -sf "../node-linux-$kind/bin/node" "$place/node_modules/.bin/node" && hash -r && node_will_do
}
