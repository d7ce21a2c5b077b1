#include "tests/upgrade/stored_state.h"

#include "tests/broker/test_kafka.h"

namespace coagwatch::test {
namespace {

constexpr char kPatient = 1;
constexpr char kPartitionRecord = 2;

/// The first two bytes of each value.
char format_of(const std::string& value) { return value[0]; }
char kind_of(const std::string& value) { return value[1]; }

void note(std::string& formats, char format) {
  const char digit = static_cast<char>('0' + format);
  if (formats.empty() || formats.back() != digit) formats.push_back(digit);
}

}  // namespace

Handovers handovers_in(const std::string& state_topic) {
  Handovers handovers;
  for_each_committed(state_topic, [&](const Record& record) {
    if (!record.value || record.value->size() < 2) return;
    if (kind_of(*record.value) == kPartitionRecord) {
      note(handovers.partitions[record.partition], format_of(*record.value));
    } else if (kind_of(*record.value) == kPatient) {
      note(handovers.patients[record.key.value_or("")], format_of(*record.value));
    }
  });
  return handovers;
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
