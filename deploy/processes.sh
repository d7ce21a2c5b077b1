# shellcheck shell=bash
# shellcheck disable=SC2154  # $state is the caller's
# Background processes of the quickstart, remembered in files of the state folder, so that any terminal can end them and
# nothing else is ever ended. Sourced, never run; needs $state.

# A process id alone may belong to another process tomorrow; with the time of its start it is unique. One that has ended
# and that nobody has waited for yet runs no more.
process_start() { # PID
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra fields <<<"${stat##*) }"
  [ "${fields[0]}" != Z ] || return 1
  printf '%s' "${fields[19]}"
}

remember_process() { # NAME PID
  printf '%s %s\n' "$2" "$(process_start "$2" || echo gone)" >"$state/$1.pid"
}

# Prints the id of the process remembered as NAME if it still runs.
process_of() { # NAME
  local pid start
  read -r pid start 2>/dev/null <"$state/$1.pid" || return 1
  [ "$(process_start "$pid")" = "$start" ] && printf '%s' "$pid"
}

is_running() { process_of "$1" >/dev/null 2>&1; }

# A session of its own: Ctrl-C in the terminal reaches only the quickstart, which then ends everything in order.
launch() { # NAME COMMAND...
  local name=$1
  shift
  setsid "$@" </dev/null &
  remember_process "$name" $!
}

# Ends NAME with all that it started: SIGTERM, and SIGKILL if that takes too long.
end_process() { # NAME SECONDS
  local pid deadline=$((SECONDS + $2))
  if pid=$(process_of "$1"); then
    kill -TERM -- "-$pid" 2>/dev/null || true
    while kill -0 -- "-$pid" 2>/dev/null; do
      if [ $SECONDS -ge $deadline ]; then
        printf '%s does not end, so it is killed\n' "$1" >&2
        kill -KILL -- "-$pid" 2>/dev/null || true
        break
      fi
      sleep 0.1
    done
  fi
  rm -f "$state/$1.pid"
}
