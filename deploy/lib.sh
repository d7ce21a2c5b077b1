# shellcheck shell=bash
# What the scripts of this folder share. Sourced, never run.

die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
usage_error() { printf '%s: %s (--help shows the usage)\n' "$(basename "$0")" "$*" >&2; exit 2; }

# Everything that takes long to get and can be got again lives here; deleting it is always safe.
cache_dir() { printf '%s' "${COAGWATCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/coagwatch}"; }

# The comment block at the head of a script is its help.
print_help() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$0"; }

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() { # FIRST: the first free one of this machine from there on
  local port=$1
  while port_is_taken "$port"; do
    port=$((port + 1))
    [ "$port" -lt $(($1 + 200)) ] || die "no free port from $1 on"
  done
  printf '%s' "$port"
}

# All descendants of a process, it last; by /proc, since a bare Debian has no ps.
descendants() { # PID
  local child
  # shellcheck disable=SC2013  # numbers, separated by spaces
  for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
    descendants "$child"
  done
  printf '%s\n' "$1"
}

# Ends what a step runs. A background job of a script ignores Ctrl-C, so it has to be told.
# apt is waited for instead, so that the package database stays whole: STEP_PATIENT=yes step ...
interrupt_step() { # PID EXIT-CODE
  if [ "${STEP_PATIENT:-no}" = yes ]; then
    printf '\ninterrupted; waiting for this step to end cleanly\n' >&2
    while kill -0 "$1" 2>/dev/null; do sleep 0.2; done
  else
    # shellcheck disable=SC2046  # a list of numbers
    kill $(descendants "$1") 2>/dev/null || true
  fi
  exit "$2"
}

# How far a build is, where it says so: " [12/88]".
progress_of() { tail -n 1 "$1" 2>/dev/null | sed -n 's/^\(\[[0-9]*\/[0-9]*\]\).*/ \1/p'; }

# Waits for a step's process and shows the time that it takes: running seconds on a terminal, a line every 20 s in a log.
watch_step() { # TEXT PID START LOG
  local shown=0
  while kill -0 "$2" 2>/dev/null; do
    if [ -t 2 ]; then
      printf '\r%s ... %d s%s' "$1" $((SECONDS - $3)) "$(progress_of "$4")" >&2
    elif [ $((SECONDS - $3)) -ge $((shown + 20)) ]; then
      shown=$((SECONDS - $3))
      printf '%s ... %d s%s\n' "$1" "$shown" "$(progress_of "$4")" >&2
    fi
    sleep 0.2
  done
}

# step TEXT COMMAND...: runs a long command quietly, shows what is done and for how long, and its output only if it fails.
step() {
  local text=$1 log start=$SECONDS pid status=0 traps
  shift
  log=$(mktemp "${TMPDIR:-/tmp}/coagwatch-step.XXXXXX")
  [ -t 2 ] || printf '%s ...\n' "$text" >&2
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  traps=$(trap -p INT TERM)
  # shellcheck disable=SC2064  # this step's pid, now
  trap "rm -f '$log'; interrupt_step $pid 130" INT
  # shellcheck disable=SC2064
  trap "rm -f '$log'; interrupt_step $pid 143" TERM
  watch_step "$text" "$pid" "$start" "$log"
  wait "$pid" || status=$?
  trap - INT TERM
  eval "$traps"
  [ ! -t 2 ] || printf '\r\033[K' >&2
  if [ "$status" = 0 ]; then
    printf '%s: done in %d s\n' "$text" $((SECONDS - start)) >&2
  else
    printf '%s: FAILED after %d s (exit %d); the end of its output:\n' "$text" $((SECONDS - start)) "$status" >&2
    tail -n 30 "$log" | sed 's/^/  | /' >&2
  fi
  rm -f "$log"
  return "$status"
}
