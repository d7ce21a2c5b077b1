# Reads daemon/CMakeLists.txt and prints for each folder of the daemon: FOLDER and all folders that it is linked with,
# directly or through others. A folder may only need those that `folders` lists before it, and a third-party library
# only where its headers may be included. What is wrong is printed instead; exit code 1.

BEGIN {
  home["yaml-cpp"] = "nowhere"
  home["date::date-tz"] = "nowhere"
  home["PkgConfig::RDKAFKA"] = "kafka"
  home["Boost::headers"] = "http fold"  # libraries apart: see includes.awk
  home["Threads::Threads"] = "http"
  home["spdlog::spdlog"] = "log"
  home["CLI11::CLI11"] = "cli"
  home["ZLIB::ZLIB"] = "cli"
  home["prometheus-cpp::core"] = "metrics"
  home["OpenSSL::Crypto"] = "config"
}
function bad(text) { print FILENAME ":" FNR ": " text; failed = 1 }

/^set\(folders / {
  gsub(/^set\(folders |\)$/, "")
  count = split($0, folder, " ")
  for (i = 1; i <= count; ++i) rank[folder[i]] = i
  next
}
/^set\([a-z]+_needs / {
  name = $1
  gsub(/^set\(|_needs$/, "", name)
  if (!(name in rank)) { bad(name " is not one of the folders"); next }
  gsub(/^set\([a-z]+_needs |\)$/, "")
  n = split($0, need, " ")
  for (i = 1; i <= n; ++i) {
    other = need[i]
    if (sub(/^coagwatch_/, "", other)) {
      if (other == "rules" || other == "fhir") continue
      if (!(other in rank)) bad(name " needs " other ", which is not one of the folders")
      else if (rank[other] >= rank[name]) bad(name " needs " other ", which is not below it")
      else below[name] = below[name] " " other below[other]
    } else if (index(" " home[other] " ", " " name " ") == 0) {
      bad(other " is not for daemon/" name "/")
    }
  }
}
END {
  if (count == 0) { print FILENAME ": names no folders"; exit 1 }
  if (failed) exit 1
  for (i = 1; i <= count; ++i) print folder[i] below[folder[i]]
}
