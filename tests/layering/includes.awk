# Judges `file:line:#include ...` lines. The first file given is what links.awk prints: for each folder of the daemon
# the folders that it is linked with. Prints `file:line: what is wrong`; exit code 1 if anything is.

function bad(text) { print file ":" line ": " text; failed = 1 }
function under(path, places,    place, n, i) {  # is `path` in one of the blank-separated places?
  n = split(places, place, " ")
  for (i = 1; i <= n; ++i) if (index(path, place[i]) == 1) return 1
  return 0
}
function set_of(words, set,    word, n, i) {
  n = split(words, word, " ")
  for (i = 1; i <= n; ++i) set[word[i]] = 1
}

BEGIN {
  # Where each third-party header may be seen. A library that is not here has no place yet.
  wall["yaml-cpp/"]   = "rules/criterion/yaml.cc"
  wall["rapidjson/"]  = "fhir/ tests/bench/ tests/fuzz/"
  wall["benchmark/"]  = "tests/bench/"
  wall["date/"]       = "fhir/time_zone.cc"
  wall["librdkafka/"] = "daemon/kafka/ tests/bench/ tests/broker/"
  wall["boost/asio"]  = wall["boost/beast"] = "daemon/http/"
  wall["boost/unordered/"] = "daemon/fold/patient_table.h"
  wall["spdlog/"]     = "daemon/log/"
  wall["fmt/"]        = "daemon/log/"
  wall["CLI/"]        = "daemon/cli/ tests/fault/"
  wall["prometheus/"] = "daemon/metrics/"
  wall["openssl/"]    = "daemon/config/"
  wall["zlib.h"]      = "daemon/cli/"
  wall["sys/inotify.h"] = "daemon/config/file_watch.cc"
  wall["sys/ptrace.h"] = "tests/broker/standing_worker_test.cc"
  # Namespaces, mounts and devices of Linux.
  wall["linux/if_tun.h"] = wall["net/if.h"] = wall["sched.h"] = wall["sys/ioctl.h"] = "tests/fault/"
  wall["dlfcn.h"] = wall["sys/mount.h"] = wall["sys/prctl.h"] = wall["threads.h"] = "tests/fault/"

  # A folder includes itself and those below it.
  below["rules"]  = "rules/"
  below["fhir"]   = "fhir/ rules/"
  below["daemon"] = "daemon/ fhir/ rules/"
  below["tests"]  = "tests/ daemon/ fhir/ rules/"

  # So does a folder of rules/. Tests may see all of them.
  within["values"]    = "rules/values/"
  within["patient"]   = within["values"] " rules/patient/"
  within["criterion"] = within["patient"] " rules/criterion/"
  within["scoring"]   = within["criterion"] " rules/scoring/"
  within["episodes"]  = within["scoring"] " rules/episodes/"
  within["explain"]   = within["episodes"] " rules/explain/"

  # All of C++20, without what C++17 deprecated.
  set_of("algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes", standard)
  set_of("climits clocale cmath compare complex concepts condition_variable coroutine csetjmp csignal cstdarg", standard)
  set_of("cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem", standard)
  set_of("format forward_list fstream functional future initializer_list iomanip ios iosfwd iostream istream", standard)
  set_of("iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional", standard)
  set_of("ostream queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location", standard)
  set_of("span sstream stack stdexcept stop_token streambuf string string_view syncstream system_error thread", standard)
  set_of("tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant vector version", standard)
  # What would let time, chance, threads or the world into rules/.
  set_of("barrier chrono condition_variable csignal cstdio ctime execution filesystem fstream future iostream", impure)
  set_of("latch mutex random semaphore shared_mutex stop_token syncstream thread atomic", impure)
  # POSIX, for daemon/ and tests.
  set_of("arpa/inet.h dirent.h fcntl.h netdb.h netinet/in.h netinet/tcp.h poll.h pthread.h signal.h sys/mman.h", posix)
  set_of("sys/inotify.h sys/resource.h sys/socket.h sys/stat.h sys/time.h sys/types.h sys/wait.h time.h unistd.h", posix)
}

NR == FNR { linked[$1] = " " $0 " "; next }

{
  split($0, part, ":")
  file = part[1]; line = part[2]
  if (!match($0, /[<"][^>"]+[>"]/)) { bad("an include that names no header"); next }
  header = substr($0, RSTART + 1, RLENGTH - 2)
  quoted = substr($0, RSTART, 1) == "\""
  split(file, folder, "/")
  top = folder[1]
  is_test = top == "tests" || file ~ /(_test\.cc|_fixture\.h|\/test_[a-z_]+\.h)$/

  if (quoted) {
    if (header !~ /^(rules|fhir|daemon|tests)\// || header ~ /\.\./) { bad("\"" header "\" is not a path from the root"); next }
    if (!under(header, below[top])) { bad("\"" header "\" lies above " top "/"); next }
    split(header, other, "/")
    if (top == "rules" && !is_test && !under(header, within[folder[2]])) {
      bad("\"" header "\" lies above rules/" folder[2] "/")
    }
    if (top == "daemon" && other[1] == "daemon" && index(linked[folder[2]], " " other[2] " ") == 0) {
      bad("\"" header "\" is in a folder that daemon/" folder[2] "/ is not linked with")
    }
    next
  }
  for (library in wall) {
    if (index(header, library) != 1) continue
    if (!under(file, wall[library])) bad("<" header "> is for " wall[library] " alone")
    next
  }
  if (header ~ /^(gtest|gmock)\//) {
    if (!is_test) bad("<" header "> is for tests")
  } else if (header in posix) {
    if (!is_test && top != "daemon") bad("<" header "> in " top "/, which has no input or output")
  } else if (!(header in standard)) {
    bad("<" header "> is neither standard nor of a library that has a place in tests/layering/includes.awk")
  } else if (top == "rules" && !is_test && header in impure) {
    bad("<" header "> in rules/, which has no input or output, clock, randomness or threads")
  }
}
END { exit failed }
