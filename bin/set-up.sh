# Read by bin/signalbox and bin/test: what a fresh checkout needs before anything of it can run.
# Expects `top`, the checkout. Speaks to standard error, and only when it works.

explain() { # where, what, remedy
  printf '%s: %s. %s\n' "$1" "$2" "$3" >&2
  exit 1
}

at_least() { # wanted, found
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

check_programs() {
  command -v node >/dev/null || explain Node.js 'it is not on PATH' 'Install Node.js 20.19 or later'
  found=$(node --version | tr -d v)
  at_least 20.19.0 "$found" || explain Node.js "version $found is too old" 'Install Node.js 20.19 or later'
  command -v git >/dev/null || explain git 'it is not on PATH' 'Install git 2.38 or later'
  found=$(git --version | sed 's/^git version //; s/ .*//')
  at_least 2.38 "$found" || explain git "version $found is too old" 'Install git 2.38 or later'
}

install_dependencies() {
  # npm writes the first when it is done, so that an install by hand counts too.
  for stamp in "$top/node_modules/.package-lock.json" "$top/node_modules/.signalbox-installed"; do
    if [ -e "$stamp" ] && [ ! "$top/package-lock.json" -nt "$stamp" ]; then return 0; fi
  done
  echo 'Installing the locked dependencies with npm ci (once; half a minute to two)' >&2
  log=$(mktemp)
  if (cd "$top" && npm ci --no-audit --no-fund --loglevel=error) >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    touch "$stamp"
  else
    tail -n 20 "$log" >&2
    rm -f "$log"
    explain 'npm ci' 'the dependencies could not be installed' 'Read the lines above; it can be run again at any time'
  fi
}

# Anything newer than the last build, a deleted file included: its folder has changed then.
sources_changed() {
  stamp="$top/dist/.signalbox-built"
  [ -e "$stamp" ] || return 0
  [ -n "$(cd "$top" && find . \( -name node_modules -o -name dist -o -name '.?*' -o -name test -o -name docs \) \
    -prune -o \( -name '*.ts' -o -type d -o -name 'tsconfig*.json' -o -name package.json \) -newer "$stamp" ! -name . \
    -print 2>/dev/null | head -n 1)" ]
}

build() {
  sources_changed || return 0
  echo 'Building (some seconds)' >&2
  begun=$(mktemp)
  if (cd "$top" && npm run --silent build) >&2 </dev/null; then
    mv "$begun" "$top/dist/.signalbox-built"
  else
    rm -f "$begun"
    explain 'npm run build' 'the build failed' 'Mend what the lines above name'
  fi
}
