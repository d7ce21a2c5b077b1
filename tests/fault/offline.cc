#include "tests/fault/offline.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string_view>

#include "tests/broker/test_kafka.h"
#include "tests/fault/process.h"

namespace coagwatch::fault {
namespace {

constexpr std::string_view kAlert = R"({"kind":"alerts","key":")";
constexpr std::string_view kStatus = R"({"kind":"status","key":")";
constexpr std::string_view kValue = R"(","value":)";

std::uint64_t digest(std::string_view text) { return std::hash<std::string_view>{}(text); }

/// Runs a shell command; `take` gets each line that it prints.
void for_each_line(const std::string& command, const std::function<void(std::string_view)>& take) {
  std::FILE* out = popen(command.c_str(), "re");
  if (out == nullptr) throw std::runtime_error("cannot run " + command);
  char* line = nullptr;
  std::size_t room = 0;
  for (ssize_t size = 0; (size = getline(&line, &room, out)) > 0;) {
    take(std::string_view(line, static_cast<std::size_t>(size - (line[size - 1] == '\n' ? 1 : 0))));
  }
  std::free(line);
  if (pclose(out) != 0) throw std::runtime_error("failed: " + command);
}

using ByPartition = std::map<std::int32_t, std::vector<std::uint64_t>>;

std::vector<std::uint64_t> joined(const ByPartition& parts) {
  std::vector<std::uint64_t> all;
  for (const auto& [partition, digests] : parts) all.insert(all.end(), digests.begin(), digests.end());
  return all;
}

}  // namespace

Outputs offline_outputs(const std::string& coagwatch, const std::string& config_file, const Names& names,
                        const std::string& directory) {
  Outputs out;
  const std::string capture = directory + "/capture.ndjson";
  const std::string config = " -c " + config_file;
  const std::string errors = " 2>>" + directory + "/offline.err";
  if (run_shell(coagwatch + " capture " + names.input + config + " --output " + capture + errors) != 0) {
    throw std::runtime_error("coagwatch capture failed: see " + directory + "/offline.err");
  }
  for_each_line(coagwatch + " replay " + capture + config + " --emit alerts,status" + errors,
                [&out](std::string_view line) {
                  if (!line.starts_with(kStatus)) {
                    out.alerts.push_back(digest(line));
                    return;
                  }
                  const std::size_t key_end = line.find(kValue);
                  std::string_view value = line.substr(key_end + kValue.size());
                  value.remove_suffix(1);
                  out.status[std::string(line.substr(kStatus.size(), key_end - kStatus.size()))] = digest(value);
                  ++out.statuses;
                });
  // Alone, since they need not be JSON.
  for_each_line(coagwatch + " replay " + capture + config + " --emit dead-letters" + errors,
                [&out](std::string_view line) { out.dead_letters.push_back(digest(line)); });
  std::filesystem::remove(capture);
  return out;
}

Outputs committed_outputs(const Names& names) {
  Outputs out;
  ByPartition alerts;
  test::for_each_committed(names.alerts, [&alerts](const test::Record& record) {
    const std::string line =
        std::string(kAlert).append(record.key.value_or("")).append(kValue).append(record.value.value_or("")) + "}";
    alerts[record.partition].push_back(digest(line));
  });
  out.alerts = joined(alerts);
  ByPartition dead_letters;
  test::for_each_committed(names.dead_letters, [&dead_letters](const test::Record& record) {
    dead_letters[record.partition].push_back(digest(record.value.value_or("")));
  });
  out.dead_letters = joined(dead_letters);
  test::for_each_committed(names.status, [&out](const test::Record& record) {
    out.status[record.key.value_or("")] = digest(record.value.value_or(""));
    ++out.statuses;
  });
  return out;
}

std::string difference(const std::vector<std::uint64_t>& committed, const std::vector<std::uint64_t>& offline) {
  const std::size_t common = std::min(committed.size(), offline.size());
  std::size_t same = 0;
  while (same < common && committed[same] == offline[same]) ++same;
  if (same == committed.size() && same == offline.size()) return {};
  return std::to_string(committed.size()) + " committed, " + std::to_string(offline.size()) +
         " offline, the same before number " + std::to_string(same);
}

std::string difference(const std::map<std::string, std::uint64_t>& committed,
                       const std::map<std::string, std::uint64_t>& offline) {
  std::size_t wrong = 0;
  for (const auto& [key, value] : offline) {
    const auto found = committed.find(key);
    if (found == committed.end() || found->second != value) ++wrong;
  }
  if (wrong == 0 && committed.size() == offline.size()) return {};
  return std::to_string(committed.size()) + " patients committed, " + std::to_string(offline.size()) + " offline, " +
         std::to_string(wrong) + " of those missing or with another last status";
}

}  // namespace coagwatch::fault
