#include "daemon/engine/scoring_task.h"

#include <utility>

#include "daemon/fold/command_record.h"
#include "daemon/fold/routed_record.h"

namespace coagwatch::daemon {
namespace {

/// Sends what a fold publishes.
class FoldOutbox : public FoldSink {
 public:
  FoldOutbox(Outbox& out, std::int32_t partition, rules::Timestamp cause = rules::Timestamp::none())
      : out_(out), partition_(partition), cause_(cause) {}

  void alert(const FoldRecord& record) override {
    if (cause_.known()) out_.note_alert(cause_);
    send(OutputTopic::alerts, record);
  }
  void notification(const FoldRecord& record) override { send(OutputTopic::notifications, record); }
  void dead_letter(const FoldRecord& record) override { send(OutputTopic::dead_letter, record); }
  void state(const FoldRecord& record) override { send(OutputTopic::state, record); }
  void status(const FoldRecord& record) override { send(OutputTopic::status, record); }
  void command(std::int32_t partition, const FoldRecord& record) override {
    send(OutputTopic::commands, record, partition);
  }

 private:
  void send(OutputTopic topic, const FoldRecord& record) { send(topic, record, partition_); }
  void send(OutputTopic topic, const FoldRecord& record, std::int32_t partition) {
    OutputRecord out;
    out.topic = topic;
    out.partition = partition;
    out.key = record.key;
    out.value = record.value;
    out.headers = record.headers;
    out_.send(out);
  }

  Outbox& out_;
  std::int32_t partition_;
  rules::Timestamp cause_;
};

}  // namespace

ScoringTask::ScoringTask(std::int32_t partition, const FoldSettings& settings)
    : partition_(partition),
      routed_(settings.routed),
      partition_time_(settings.time_source == FoldSettings::TimeSource::record),
      topic_(settings.input_topic),
      version_(settings.version),
      rules_(settings.rules),
      fold_(settings) {}

std::optional<std::string> ScoringTask::restore(std::string_view key, std::optional<std::string_view> value) {
  return fold_.restore(key, value);
}

StartDecision ScoringTask::decide(const PartitionFacts& facts) {
  PartitionRecord& record = fold_.edit_record();
  StartDecision decision = decide_start(facts, record, topic_);
  if (!decision.error.empty()) return decision;
  if (record.rule_set_sequence > rules_->sequence) {
    decision.error = "its state was written under ruleset.sequence " + std::to_string(record.rule_set_sequence) +
                     ", this worker has " + std::to_string(rules_->sequence);
    decision.outranked = true;
    return decision;
  }
  if (facts.commands) {
    CommandsProblem problem = commands_problem(*facts.commands, record);
    if (problem.ends_early) decision.ends_early = StartDecision::Topic::commands;
    decision.error = std::move(problem.error);
    if (!decision.error.empty()) return decision;
    take_commands(*facts.commands, record);
  }
  // What is older than the input's first record counts as read: a command or a timer may commit before that one comes.
  if (record.last_offset < 0) record.last_offset = decision.offset - 1;
  if (record.topic_id.empty()) record.topic_id = facts.topic_id;
  record.input_topic = topic_;
  if (record.partitions == 0) record.partitions = facts.partitions;
  fold_.commit();
  return decision;
}

InputRecord ScoringTask::open(const InputRecord& record) const { return routed_ ? open_routed(record) : record; }

void ScoringTask::enter(std::string_view owner, Outbox& out) {
  PartitionRecord& record = fold_.edit_record();
  record.owner = owner;
  if (record.rule_set == rules_->hash) return;
  journal(R"({"version":1,"kind":"rule-set","after-offset":)" + std::to_string(record.last_offset) +
              R"(,"rule-set":")" + rules_->hash + R"(","sequence":)" + std::to_string(rules_->sequence) + "}",
          rules::Timestamp::none(), out);
  record.rule_set = rules_->hash;
  record.rule_set_sequence = rules_->sequence;
}

std::optional<std::string> ScoringTask::apply(const InputRecord& record, Outbox& out) {
  const std::int32_t divided_among = fold_.record().partitions;
  if (record.share.partitions != 0 && divided_among != 0 && record.share.partitions != divided_among) {
    return "a record was routed for " + std::to_string(record.share.partitions) + " partitions; " +
           other_division(topic_, divided_among, record.share.partitions);
  }
  FoldOutbox sink(out, partition_, record.time);
  fold_.apply(record, sink);
  return std::nullopt;
}

void ScoringTask::command(const InputRecord& record, Outbox& out) {
  const std::int64_t after = fold_.record().last_offset;
  FoldOutbox sink(out, partition_, record.time);
  if (fold_.apply_command(record, sink)) journal_command(record, after, out);
}

bool ScoringTask::run_timers(const InputRecord& cause, std::size_t most, Outbox& out) {
  FoldOutbox sink(out, partition_);
  return fold_.run_timers(cause, most, sink);
}

/// It is journaled, since it decides what is told when.
InputRecord ScoringTask::tick(rules::Timestamp now, Outbox& out) {
  InputRecord cause;
  cause.partition = partition_;
  const PartitionRecord& record = fold_.record();
  if (record.unfinished_tick >= 0) {
    // The one that is in the journal goes on first: another one would not be in the state before that has ended.
    cause.offset = record.unfinished_tick;
    cause.time = record.time;
    return cause;
  }
  cause.offset = record.last_offset;
  if (!partition_time_) return cause;
  cause.time = rules::Timestamp::from_millis(now.millis());
  journal(R"({"version":1,"kind":"tick","after-offset":)" + std::to_string(cause.offset) + R"(,"time":)" +
              std::to_string(cause.time.millis()) + "}",
          cause.time, out);
  return cause;
}

void ScoringTask::flush(Outbox& out) {
  FoldOutbox sink(out, partition_);
  fold_.flush(sink);
  encoded_.clear();
  encode_partition_record(fold_.record(), encoded_);
  const std::pair<std::string_view, std::string_view> headers[] = {{"coagwatch-version", version_}};
  sink.state({kPartitionRecordKey, encoded_, headers});
}

/// What besides the input moved the fold. `time`: of the record; none: now.
void ScoringTask::journal(std::string_view value, rules::Timestamp time, Outbox& out) const {
  const std::pair<std::string_view, std::string_view> headers[] = {{"coagwatch-version", version_},
                                                                   {"content-type", "application/json"}};
  OutputRecord record;
  record.topic = OutputTopic::journal;
  record.partition = partition_;
  record.value = value;
  record.time = time;
  record.headers = headers;
  out.send(record);
}

void ScoringTask::journal_command(const InputRecord& command, std::int64_t after, Outbox& out) const {
  const std::string after_offset = std::to_string(after);
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  if (command.headers != nullptr) command.headers->list(headers);
  headers.emplace_back(kAfterOffsetHeader, after_offset);
  headers.emplace_back(kCommandSourceHeader, command.source);
  OutputRecord record;
  record.topic = OutputTopic::journal;
  record.partition = partition_;
  record.key = command.key;
  record.value = command.value;
  record.headers = headers;
  out.send(record);
}

void ScoringTask::change_scoring(const Scoring& scoring) {
  rules_ = scoring.rules;
  fold_.change_scoring(scoring);
}

}  // namespace coagwatch::daemon
