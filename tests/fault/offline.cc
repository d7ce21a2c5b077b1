#include "tests/fault/offline.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <stdexcept>
#include <string_view>

#include "daemon/fold/state_codec.h"
#include "tests/broker/published.h"
#include "tests/broker/test_kafka.h"
#include "tests/fault/process.h"
#include "tests/fault/state_fold.h"

namespace coagwatch::fault {
namespace {

std::uint64_t digest(std::string_view text) { return std::hash<std::string_view>{}(text); }

AlertDigest digest_of_alert(std::string_view line) { return {digest(test::patient_part(line)), digest(line)}; }

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

template <typename Item>
std::vector<Item> joined(const std::map<std::int32_t, std::vector<Item>>& parts) {
  std::vector<Item> all;
  for (const auto& [partition, items] : parts) all.insert(all.end(), items.begin(), items.end());
  return all;
}

/// Saves a topic to a file, and says which.
std::string capture(const OfflineRun& run, const std::string& topic) {
  const std::string file = run.directory + "/capture-" + topic + ".ndjson";
  const std::string errors = run.directory + "/offline.err";
  if (run_shell(run.coagwatch + " capture " + topic + " -c " + run.config_file + " --output " + file + " 2>>" +
                errors) != 0) {
    throw std::runtime_error("coagwatch capture failed: see " + errors);
  }
  return file;
}

}  // namespace

Outputs offline_outputs(const OfflineRun& run) {
  Outputs out;
  const std::string input = capture(run, run.names.scored());
  const std::string journal = run.journaled ? capture(run, run.names.journal) : "";
  const std::string replay = run.coagwatch + " replay " + input + " -c " + run.config_file +
                             (run.journaled ? " --journal " + journal : "") + " 2>>" + run.directory +
                             "/offline.err --emit ";
  // Beside the other one: together they take as long as all the rest of a long run.
  auto beside = std::async(std::launch::async, [&] {
    // Alone, since they need not be JSON.
    for_each_line(replay + "dead-letters", [&out](std::string_view line) { out.dead_letters.push_back(digest(line)); });
    out.state = folded_state(run.config_file, input, journal);
  });
  for_each_line(replay + "alerts,status", [&out](std::string_view line) {
    if (const auto status = test::status_in(line)) {
      out.status[std::string(status->patient)] = digest(status->value);
      ++out.statuses;
    } else {
      out.alerts.push_back(digest_of_alert(line));
    }
  });
  beside.get();
  std::filesystem::remove(input);
  if (run.journaled) std::filesystem::remove(journal);
  return out;
}

Outputs committed_outputs(const Names& names) {
  Outputs out;
  std::map<std::int32_t, std::vector<AlertDigest>> alerts;
  test::for_each_committed(names.alerts, [&alerts](const test::Record& record) {
    alerts[record.partition].push_back(digest_of_alert(test::alert_line(record)));
  });
  out.alerts = joined(alerts);
  std::map<std::int32_t, std::vector<std::uint64_t>> dead_letters;
  test::for_each_committed(names.dead_letters, [&](const test::Record& record) {
    if (!names.keyed && test::is_of_router(record)) return;
    dead_letters[record.partition].push_back(digest(record.value.value_or("")));
  });
  out.dead_letters = joined(dead_letters);
  test::for_each_committed(names.status, [&out](const test::Record& record) {
    out.status[record.key.value_or("")] = digest(record.value.value_or("null"));
    ++out.statuses;
  });
  test::for_each_committed(names.state, [&out](const test::Record& record) {
    const std::string key = record.key.value_or("");
    if (key == daemon::kPartitionRecordKey) return;
    if (record.value) {
      out.state[key] = digest(*record.value);
    } else {
      out.state.erase(key);
    }
  });
  return out;
}

void sort_by_patient(std::vector<AlertDigest>& alerts) { std::ranges::stable_sort(alerts, {}, &AlertDigest::patient); }

}  // namespace coagwatch::fault
