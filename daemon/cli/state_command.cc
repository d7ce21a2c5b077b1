#include <cstdio>
#include <functional>
#include <map>
#include <utility>

#include "daemon/changelog/changelog_check.h"
#include "daemon/changelog/state_json.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/feed_reader.h"
#include "daemon/cli/kafka_setup.h"
#include "daemon/cli/repartition_source.h"
#include "daemon/kafka/capture.h"
#include "daemon/log/log.h"
#include "fhir/capture_line.h"

namespace coagwatch::daemon {
namespace {

using Visit = std::function<void(const InputRecord& record)>;

int fail(int code, const std::string& what) {
  std::fprintf(stderr, "coagwatch state: %s\n", what.c_str());
  return code;
}

int read_files(const std::vector<std::string>& files, const Visit& visit) {
  FeedReader feed(files);
  while (const InputRecord* record = feed.next()) {
    if (feed.form() != FeedReader::Form::capture) return fail(kExitUsage, "a capture of the state topic is expected");
    visit(*record);
  }
  return feed.error().empty() ? kExitOk : fail(kExitUsage, feed.error());
}

int read_topic(const StateOptions& options, const Visit& visit, std::int32_t& partitions) {
  std::vector<rules::Problem> problems;
  const std::optional<Config> config = load_config(options.config, process_environment(), problems);
  if (!config) {
    print_problems(problems);
    return kExitUsage;
  }
  log::configure(LogFormat::text, LogLevel::warning);
  const kafka::CaptureOptions how = capture_options(*config, "coagwatch-state");
  fhir::CaptureLine line;
  InputRecord record;
  std::string problem;
  const kafka::CaptureResult result = kafka::capture_topic(how, config->output.state, [&](std::string_view text) {
    if (auto wrong = fhir::parse_capture_line(text.substr(0, text.find_last_not_of('\n') + 1), line)) problem = *wrong;
    if (line.header) return;
    record.partition = line.partition;
    record.offset = line.offset;
    record.key.reset();
    record.value.reset();
    if (line.key) record.key = *line.key;
    if (line.value) record.value = *line.value;
    visit(record);
  });
  if (!result.error.empty()) return fail(result.unreachable ? kExitUnreachable : kExitFailed, result.error);
  if (auto wrong = count_partitions(*config, config->output.state, partitions)) return fail(wrong->code, wrong->text);
  return problem.empty() ? kExitOk : fail(kExitFailed, problem);
}

/// `partitions`: how many the topic has; 0: files do not tell.
int read_changelog(const StateOptions& options, const Visit& visit, std::int32_t& partitions) {
  return options.files.empty() ? read_topic(options, visit, partitions) : read_files(options.files, visit);
}

/// The last record of each key.
class Latest {
 public:
  void add(const InputRecord& record) {
    if (!record.key) return;
    const std::pair place{record.partition, std::string(*record.key)};
    if (record.value) {
      values_[place] = {record.offset, std::string(*record.value)};
    } else {
      values_.erase(place);
    }
  }

  /// False after a message about one that cannot be read.
  [[nodiscard]] bool print(const std::string& patient) const {
    bool whole = true;
    std::string text;
    for (const auto& [place, value] : values_) {
      const auto& [partition, key] = place;
      if (!patient.empty() && key != patient) continue;
      text.clear();
      if (auto problem = append({partition, value.first}, key, value.second, text)) {
        fail(kExitFailed,
             "partition " + std::to_string(partition) + ", offset " + std::to_string(value.first) + ": " + *problem);
        whole = false;
        continue;
      }
      text += '\n';
      std::fwrite(text.data(), 1, text.size(), stdout);
    }
    return whole;
  }

 private:
  static std::optional<std::string> append(ChangelogPlace place, const std::string& key, const std::string& value,
                                           std::string& out) {
    if (key == kPartitionRecordKey) {
      PartitionRecord record;
      if (auto problem = decode_partition_record(value, record)) return problem;
      write_partition_json(place, record, out);
      return std::nullopt;
    }
    rules::PatientState state;
    if (auto problem = decode_state(value, state)) return problem;
    write_state_json(place, key, state, out);
    return std::nullopt;
  }

  std::map<std::pair<std::int32_t, std::string>, std::pair<std::int64_t, std::string>> values_;
};

void print_partition(std::int32_t number, const ChangelogPartition& partition) {
  std::printf("partition %d: %llu records, %llu patients, %llu bytes", number,
              static_cast<unsigned long long>(partition.records), static_cast<unsigned long long>(partition.patients),
              static_cast<unsigned long long>(partition.bytes));
  if (partition.last) {
    std::printf(", input offset %lld, rule set %.8s, written by %s",
                static_cast<long long>(partition.last->last_offset), partition.last->rule_set.c_str(),
                partition.last->owner.c_str());
  }
  std::printf("\n");
}

}  // namespace

int state_dump_command(const StateOptions& options) {
  Latest latest;
  std::int32_t partitions = 0;
  const int code = read_changelog(
      options, [&](const InputRecord& record) { latest.add(record); }, partitions);
  if (code != kExitOk) return code;
  return latest.print(options.patient) ? kExitOk : kExitFailed;
}

int state_verify_command(const StateOptions& options) {
  ChangelogCheck check;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::int32_t partitions = 0;
  const auto visit = [&](const InputRecord& record) {
    const std::optional<std::string> problem = check.add(record);
    if (!problem) {
      ++passed;
      return;
    }
    ++failed;
    std::printf("partition %d, offset %lld: %s\n", record.partition, static_cast<long long>(record.offset),
                problem->c_str());
  };
  const int code = read_changelog(options, visit, partitions);
  if (code != kExitOk) return code;
  for (const std::string& problem : check.finish()) {
    ++failed;
    std::printf("%s\n", problem.c_str());
  }
  for (const auto& [number, partition] : check.partitions()) print_partition(number, partition);
  for (std::int32_t p = 0; p < partitions; ++p) {
    if (!check.partitions().contains(p)) std::printf("partition %d: no record\n", p);
  }
  std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(passed),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? kExitOk : kExitFailed;
}

}  // namespace coagwatch::daemon
