#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine/broker.h"
#include "daemon/engine/scripted_changelog.h"
#include "daemon/fold/command_record.h"
#include "daemon/fold/state_codec.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {

/// For tests: both seams, which say what the test tells them to and write down what they are asked. They simulate
/// nothing but a log of committed state records per partition (ScriptedChangelog).
///
/// Time passes only while poll() waits, by `record_cost` for each record that it delivers, and by `facts_cost` for
/// each question.
class ScriptedBroker : public Broker, public ScriptedChangelog {
 public:
  /// A record as produced.
  struct Output {
    OutputTopic topic;
    std::int32_t partition;
    std::string key;
    std::string value;
    friend bool operator==(const Output&, const Output&) = default;
  };
  struct Commit {
    std::vector<std::pair<std::int32_t, std::int64_t>> offsets;
    std::vector<Output> outputs;
    std::chrono::milliseconds at;  ///< since the start
  };

  // -- the script ------------------------------------------------------------------------------------------
  void push_record(std::int32_t partition, std::int64_t offset, std::string value) {
    script_.push_back({BrokerEvent::Kind::record, partition, offset, std::move(value), {}, {}});
  }
  /// The end of a partition, at that offset.
  void push_end(std::int32_t partition, std::int64_t offset) {
    script_.push_back({BrokerEvent::Kind::end, 0, offset, {}, {partition}, {}});
  }
  /// The end of a partition's commands, at that offset.
  void push_command_end(std::int32_t partition, std::int64_t offset) {
    script_.push_back({BrokerEvent::Kind::command_end, 0, offset, {}, {partition}, {}});
  }
  /// A command to forget a patient, sent at that time.
  void push_forget(std::int32_t partition, std::int64_t offset, std::string patient, rules::Timestamp time) {
    script_.push_back({BrokerEvent::Kind::command, partition, offset, std::move(patient), {}, time});
  }
  void push_event(BrokerEvent::Kind kind, std::vector<std::int32_t> partitions, std::string error = "") {
    script_.push_back({kind, 0, 0, std::move(error), std::move(partitions)});
  }
  /// A fetch is told that what comes next is not there.
  void push_out_of_range(std::int32_t partition) {
    script_.push_back({BrokerEvent::Kind::failed, 0, 0, "out of range", {partition}, {}, true});
  }
  std::function<void()> meanwhile;  ///< done once, while a poll waits
  std::chrono::microseconds record_cost{0};
  std::chrono::microseconds facts_cost{0};
  std::deque<CommitOutcome> commit_outcomes;  ///< then: committed
  std::deque<CommitOutcome> mark_outcomes;    ///< then: committed
  std::set<std::int32_t> unmarkable;          ///< no mark of them in the state is committed, and each takes mark_cost
  std::chrono::milliseconds mark_cost{0};
  std::deque<bool> begin_results;  ///< then: true, and so on
  std::deque<bool> abort_results;
  std::deque<bool> replace_results;
  std::deque<bool> resume_results;
  std::deque<bool> rewind_results;
  std::function<ProduceOutcome(const Output&)> produce_outcome;  ///< none: queued
  bool suspect = false;                                          ///< until the producer is replaced
  std::string own_id = "group.me.0";
  std::map<std::int32_t, std::optional<PartitionFacts>> facts_of;  ///< absent: a topic without a commit

  // -- what was asked --------------------------------------------------------------------------------------
  std::vector<std::string> follows;  ///< from where on commands were to be delivered
  std::vector<Commit> commits;       ///< those that succeeded
  std::vector<Output> last_outputs;  ///< of the open or last transaction
  /// The calls since the last take, of those that begin with one of `names`.
  std::vector<std::string> take(const std::vector<std::string>& names = {}) {
    std::vector<std::string> out;
    for (std::string& call : std::exchange(calls, {})) {
      bool wanted = names.empty();
      for (const std::string& name : names) wanted = wanted || call.substr(0, call.find(' ')) == name;
      if (wanted) out.push_back(std::move(call));
    }
    return out;
  }
  [[nodiscard]] std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - std::chrono::steady_clock::time_point{});
  }
  [[nodiscard]] bool script_done() const { return script_.empty(); }

  // -- Broker ----------------------------------------------------------------------------------------------
  const BrokerEvent& poll(std::chrono::milliseconds timeout) override {
    event_ = {};
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    if (script_.empty()) {
      now_ += timeout;
      return event_;
    }
    current_ = std::move(script_.front());
    script_.pop_front();
    event_.kind = current_.kind;
    event_.partitions = current_.partitions;
    event_.record.partition = current_.partition;
    event_.record.offset = current_.offset;
    if (current_.kind == BrokerEvent::Kind::record) {
      now_ += record_cost;
      event_.record.time = rules::Timestamp::from_millis(1'767'355'200'000 + current_.offset);
      event_.record.value = current_.text;
    } else if (current_.kind == BrokerEvent::Kind::command) {
      event_.record.time = current_.time;
      event_.record.key = current_.text;
      event_.record.headers = &forget_;
      event_.record.source = "commands/0/0";
    } else {
      event_.offset = current_.offset;
      event_.error = current_.text;
      event_.out_of_range = current_.out_of_range;
    }
    return event_;
  }
  void accept(std::span<const std::int32_t> partitions) override { note("accept", partitions); }
  void release(std::span<const std::int32_t> partitions) override { note("release", partitions); }
  bool resume_at(std::int32_t partition, std::int64_t offset) override {
    return note("resume", partition, offset, next(resume_results, true));
  }
  bool rewind(std::int32_t partition, std::int64_t offset) override {
    forget_records(partition);
    return note("rewind", partition, offset, next(rewind_results, true));
  }
  void pause(std::int32_t partition) override {
    forget_records(partition);
    calls.push_back("pause " + std::to_string(partition));
  }
  bool follow_commands(std::int32_t partition, std::int64_t offset) override {
    follows.push_back(std::to_string(partition) + "@" + std::to_string(offset));
    return true;
  }
  std::optional<PartitionFacts> facts(std::int32_t partition) override {
    calls.push_back("facts " + std::to_string(partition));
    now_ += facts_cost;
    const auto found = facts_of.find(partition);
    if (found != facts_of.end()) return found->second;
    return PartitionFacts{"topic-id", std::nullopt, 0, 1'000'000};
  }
  bool begin() override {
    last_outputs.clear();
    return note("begin", next(begin_results, true));
  }
  ProduceOutcome produce(const OutputRecord& record) override {
    Output output{record.topic, record.partition, std::string(record.key.value_or("")),
                  std::string(record.value.value_or(""))};
    const ProduceOutcome outcome = produce_outcome ? produce_outcome(output) : ProduceOutcome::queued;
    if (outcome == ProduceOutcome::queued) last_outputs.push_back(std::move(output));
    return outcome;
  }
  CommitOutcome commit(std::span<const std::pair<std::int32_t, std::int64_t>> offsets) override {
    std::string call = "commit";
    for (const auto& [partition, offset] : offsets) {
      call += " " + std::to_string(partition) + "@" + std::to_string(offset);
    }
    calls.push_back(call);
    const CommitOutcome outcome = next(commit_outcomes, CommitOutcome::committed);
    if (outcome == CommitOutcome::committed) make_visible({offsets.begin(), offsets.end()});
    return outcome;
  }
  CommitOutcome mark_group(std::span<const std::int32_t> partitions) override {
    note("mark", partitions);
    return next(mark_outcomes, CommitOutcome::committed);
  }
  CommitOutcome mark_state(std::span<const std::int32_t> partitions, std::span<std::int64_t> /*ends*/) override {
    note("mark_state", partitions);
    const bool can = std::ranges::none_of(partitions, [&](std::int32_t each) { return unmarkable.contains(each); });
    if (!can) now_ += mark_cost;
    return can ? CommitOutcome::committed : CommitOutcome::aborted;
  }
  bool abort() override { return note("abort", next(abort_results, true)); }
  bool producer_suspect() override { return suspect; }
  bool replace_producer() override {
    suspect = false;
    return note("replace", next(replace_results, true));
  }
  [[nodiscard]] std::string_view transactional_id() const override { return own_id; }
  bool fence(std::string_view id) override {
    calls.push_back("fence " + std::string(id));
    return members_known;
  }
  bool members_known = true;
  std::chrono::steady_clock::time_point now() override { return now_; }
  rules::Timestamp wall_clock() override { return wall; }
  std::optional<std::int64_t> known_end(std::int32_t partition) override {
    const auto found = ends.find(partition);
    return found == ends.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<std::int64_t> confirmed_end(std::int32_t partition) override {
    return unreachable.contains(partition) ? std::nullopt : known_end(partition);
  }
  void close() override { calls.emplace_back("close"); }

  /// Makes the open transaction's outputs committed; also what a commit does that has an unknown outcome and succeeded.
  void make_visible(std::vector<std::pair<std::int32_t, std::int64_t>> offsets) {
    for (const Output& output : last_outputs) {
      if (output.topic == OutputTopic::state) changelog[output.partition].emplace_back(output.key, output.value);
    }
    for (const auto& [partition, offset] : offsets) {
      facts_of[partition] = PartitionFacts{"topic-id", offset, 0, 1'000'000};
    }
    commits.push_back({std::move(offsets), last_outputs, elapsed()});
  }

  rules::Timestamp wall = rules::Timestamp::from_millis(1'767'355'300'000);
  std::map<std::int32_t, std::int64_t> ends;  ///< what fetches told
  std::set<std::int32_t> unreachable;         ///< whose leaders do not answer

 private:
  struct Scripted {
    BrokerEvent::Kind kind = BrokerEvent::Kind::none;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::string text;
    std::vector<std::int32_t> partitions;
    rules::Timestamp time = rules::Timestamp::none();
    bool out_of_range = false;
  };
  template <typename T>
  static T next(std::deque<T>& script, T otherwise) {
    if (script.empty()) return otherwise;
    const T value = script.front();
    script.pop_front();
    return value;
  }
  /// What was fetched ahead is not delivered any more.
  void forget_records(std::int32_t partition) {
    std::erase_if(script_, [&](const Scripted& each) {
      return each.kind == BrokerEvent::Kind::record && each.partition == partition;
    });
  }
  bool note(const std::string& name, bool result) {
    calls.push_back(name + (result ? "" : " failed"));
    return result;
  }
  bool note(const std::string& name, std::int32_t partition, std::int64_t offset, bool result) {
    return note(name + " " + std::to_string(partition) + "@" + std::to_string(offset), result);
  }
  void note(const std::string& name, std::span<const std::int32_t> partitions) {
    std::string call = name;
    for (const std::int32_t partition : partitions) call += " " + std::to_string(partition);
    calls.push_back(call);
  }

  fhir::HeaderMap forget_{{{std::string(kCommandHeader), "forget"}}};
  std::deque<Scripted> script_;
  Scripted current_;
  BrokerEvent event_;
  std::chrono::steady_clock::time_point now_{};
};

}  // namespace coagwatch::daemon
