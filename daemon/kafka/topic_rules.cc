#include "daemon/kafka/topic_rules.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

namespace coagwatch::daemon::kafka {
namespace {

using Kind = TopicProblem::Kind;

constexpr std::int64_t kHourMillis = 3'600'000;
// What a broker takes where nothing is configured.
constexpr std::size_t kDefaultRecordBytes = 1'048'588;

const std::string* find(const TopicState& topic, const char* key) {
  const auto found = topic.configs.find(key);
  return found == topic.configs.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> number(const TopicState& topic, const char* key) {
  const std::string* text = find(topic, key);
  std::int64_t value = 0;
  if (text == nullptr) return std::nullopt;
  if (std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

TopicProblem problem(Kind kind, const TopicState& topic, const std::string& text) {
  return {kind, topic.name, "topic " + topic.name + ": " + text};
}

void judge_cleanup(const TopicSpec& spec, const TopicState& topic, std::vector<TopicProblem>& out) {
  const std::string* policy = find(topic, "cleanup.policy");
  if (policy == nullptr || spec.role == TopicSpec::Role::input || spec.role == TopicSpec::Role::source) return;
  const bool compacts = policy->find("compact") != std::string::npos;
  const bool deletes = policy->find("delete") != std::string::npos;
  if (spec.role == TopicSpec::Role::compact && (!compacts || deletes)) {
    out.push_back(problem(Kind::cleanup_policy, topic,
                          "cleanup.policy is `" + *policy + "`; it must be `compact`, or patients would be forgotten"));
  }
  if (spec.role != TopicSpec::Role::compact && compacts) {
    out.push_back(problem(Kind::cleanup_policy, topic,
                          "cleanup.policy is `" + *policy + "`; it must be `delete`, or records would be lost"));
  }
}

// Before Kafka 3.6 one setting bounded both directions.
constexpr const char* kAhead[] = {"message.timestamp.after.max.ms", "message.timestamp.difference.max.ms"};

/// Empty if no record's time is over an hour ahead of its arrival; else what is set instead.
std::string too_far_ahead(const TopicState& topic) {
  const char* key = kAhead[0];
  std::optional<std::int64_t> ahead = number(topic, key);
  if (!ahead) {
    key = kAhead[1];
    ahead = number(topic, key);
  }
  if (ahead && *ahead <= kHourMillis) return {};
  return std::string(key) + " is " + (ahead ? std::to_string(*ahead) : "not known");
}

void judge_timestamps(const TopicState& topic, std::vector<TopicProblem>& out) {
  const std::string* type = find(topic, "message.timestamp.type");
  if (type == nullptr || *type == "LogAppendTime") return;
  const std::string set = too_far_ahead(topic);
  if (set.empty()) return;
  out.push_back(problem(Kind::timestamps, topic,
                        "record timestamps may lie in the future (" + set +
                            "), and one such record would expire every patient of its partition; set it to 3600000 "
                            "or less, or message.timestamp.type to LogAppendTime"));
}

/// A wrong clock of ours is seen by the brokers, in the transaction that it would spoil.
void judge_clock_bound(const TopicState& topic, std::vector<TopicProblem>& out) {
  const std::string* type = find(topic, "message.timestamp.type");
  if (type == nullptr) return;
  const std::string set = *type == "CreateTime" ? too_far_ahead(topic) : "message.timestamp.type is " + *type;
  if (set.empty()) return;
  out.push_back(problem(Kind::timestamps, topic,
                        "takes records whatever the clock of this host says (" + set +
                            "), and a wrong one would fire every timer; set message.timestamp.type to CreateTime and " +
                            kAhead[0] + " (before Kafka 3.6 " + kAhead[1] + ") to 3600000 or less"));
}

/// Milliseconds, "for ever" being the greatest number.
std::int64_t retention(const TopicState& topic) {
  const std::string* policy = find(topic, "cleanup.policy");
  if (policy != nullptr && policy->find("delete") == std::string::npos) return std::numeric_limits<std::int64_t>::max();
  const auto millis = number(topic, "retention.ms");
  return !millis || *millis < 0 ? std::numeric_limits<std::int64_t>::max() : *millis;
}

}  // namespace

std::vector<TopicProblem> judge_topic(const TopicSpec& spec, const TopicState& topic, const TopicState& input) {
  std::vector<TopicProblem> out;
  if (!is_scored(spec.role) && spec.partitions == 0 && topic.partitions != input.partitions) {
    out.push_back(problem(Kind::partitions, topic,
                          "has " + std::to_string(topic.partitions) + " partitions, the input topic " + input.name +
                              " has " + std::to_string(input.partitions) + "; they must be as many" +
                              (topic.partitions < input.partitions
                                   ? ". If that one has grown, leave this one as it is, and see \"Changing the number "
                                     "of partitions\" in README.md"
                                   : "")));
  }
  judge_cleanup(spec, topic, out);
  if (spec.check_timestamps) judge_timestamps(topic, out);
  if (spec.bounds_clock) judge_clock_bound(topic, out);
  if (spec.outlives_input && retention(topic) < retention(input)) {
    out.push_back(
        problem(Kind::retention, topic,
                "retention.ms is less than that of the input topic " + input.name +
                    "; what moved the scores besides the input would be gone while the input is still there"));
  }
  const auto largest = number(topic, "max.message.bytes");
  if (largest && *largest < static_cast<std::int64_t>(spec.largest_record)) {
    out.push_back(problem(Kind::record_size, topic,
                          "max.message.bytes is " + std::to_string(*largest) + "; it must be at least " +
                              std::to_string(spec.largest_record) + ", or one record could stop its partition"));
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> configs_when_made(const TopicSpec& spec, bool before_kafka_3_6) {
  std::vector<std::pair<std::string, std::string>> out = spec.configs;
  if (spec.bounds_clock) {
    out.insert(out.end(), {{"message.timestamp.type", "CreateTime"},
                           {kAhead[before_kafka_3_6 ? 1 : 0], std::to_string(kHourMillis)}});
  }
  if (spec.role == TopicSpec::Role::compact) {
    out.insert(out.end(), {{"cleanup.policy", "compact"},
                           {"min.cleanable.dirty.ratio", "0.2"},
                           {"segment.ms", "3600000"},
                           // Bounds how long a forgotten patient's old values stay on disk.
                           {"max.compaction.lag.ms", "86400000"}});
  } else if (spec.role == TopicSpec::Role::append || spec.role == TopicSpec::Role::routed) {
    out.emplace_back("cleanup.policy", "delete");
  }
  if (spec.largest_record > kDefaultRecordBytes) {
    out.emplace_back("max.message.bytes", std::to_string(spec.largest_record));
  }
  return out;
}

TopicSpec input_spec(std::string name, bool check_timestamps, int partitions_when_made) {
  TopicSpec spec;
  spec.name = std::move(name);
  spec.role = TopicSpec::Role::input;
  spec.check_timestamps = check_timestamps;
  spec.partitions = partitions_when_made;
  return spec;
}

TopicSpec source_spec(std::string name, bool check_timestamps) {
  TopicSpec spec = input_spec(std::move(name), check_timestamps);
  spec.role = TopicSpec::Role::source;
  return spec;
}

TopicSpec routed_spec(std::string name) {
  TopicSpec spec = input_spec(std::move(name), true);
  spec.role = TopicSpec::Role::routed;
  // Whatever the age of the source's records, they are kept for a while after they were routed.
  spec.configs = {{"message.timestamp.type", "LogAppendTime"}};
  return spec;
}

TopicSpec compact_spec(std::string name) {
  TopicSpec spec;
  spec.name = std::move(name);
  spec.role = TopicSpec::Role::compact;
  return spec;
}

TopicSpec append_spec(std::string name) {
  TopicSpec spec;
  spec.name = std::move(name);
  return spec;
}

TopicSpec journal_spec(std::string name, bool bounds_clock) {
  TopicSpec spec = append_spec(std::move(name));
  spec.outlives_input = true;
  spec.bounds_clock = bounds_clock;
  spec.configs = {{"retention.ms", "-1"}};
  return spec;
}

TopicSpec commands_spec(std::string name) { return journal_spec(std::move(name), false); }

}  // namespace coagwatch::daemon::kafka
