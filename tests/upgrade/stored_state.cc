#include "tests/upgrade/stored_state.h"

#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

constexpr char kPatient = 1;
constexpr char kPartitionRecord = 2;

/// The first two bytes of each value.
char format_of(const std::string& value) { return value[0]; }
char kind_of(const std::string& value) { return value[1]; }

void note(std::string& writers, char writer) {
  if (writers.empty() || writers.back() != writer) writers.push_back(writer);
}

}  // namespace

// Of the older ones the end of the version: older_version.cmake.
char writer_of(const Record& record) { return record.header("coagwatch-version").ends_with("-older") ? 'o' : 'n'; }

Handovers handovers_in(const std::string& state_topic) {
  Handovers handovers;
  for_each_committed(state_topic, [&](const Record& record) {
    if (!record.value || record.value->size() < 2) return;
    const char writer = writer_of(record);
    handovers.formats.emplace(writer, format_of(*record.value));
    if (kind_of(*record.value) == kPartitionRecord) {
      note(handovers.partitions[record.partition], writer);
    } else if (kind_of(*record.value) == kPatient) {
      note(handovers.patients[record.key.value_or("")], writer);
    }
  });
  return handovers;
}

std::map<std::string, int> commands_in(const std::string& commands_topic) {
  std::map<std::string, int> commands;
  for_each_committed(commands_topic, [&](const Record& record) {
    ++commands[std::string(1, writer_of(record)) + " " + record.header("coagwatch-command")];
  });
  return commands;
}

std::map<std::string, std::string> patients_in(const std::string& state_topic) {
  std::map<std::string, std::string> patients;
  for_each_committed(state_topic, [&](const Record& record) {
    const std::string key = record.key.value_or("");
    if (!record.value) {
      patients.erase(key);
    } else if (record.value->size() >= 2 && kind_of(*record.value) == kPatient) {
      patients[key] = record.value->substr(1);
    }
  });
  return patients;
}

std::size_t different_patients(const std::map<std::string, std::string>& a,
                               const std::map<std::string, std::string>& b) {
  std::size_t different = 0;
  for (const auto& [key, value] : a) {
    const auto found = b.find(key);
    if (found == b.end() || found->second != value) ++different;
  }
  for (const auto& [key, value] : b) different += a.contains(key) ? 0 : 1;
  return different;
}

}  // namespace coagwatch::test
