#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/fold/command_record.h"
#include "daemon/fold/murmur2.h"
#include "daemon/fold/repartition.h"
#include "daemon/fold/routed_record.h"
#include "daemon/routing/router_fixture.h"
#include "rules/patient/merge.h"

// For tests: patients divided among several folds.
namespace coagwatch::daemon {

/// For tests: settings of a fold, behind the router stage or not.
inline FoldSettings fold_settings_of(bool routed) {
  FoldSettings settings = test_fold_settings();
  settings.routed = routed;
  return settings;
}

/// For tests: keeps commands too.
class LinksSink : public RecordingSink {
 public:
  void command(std::int32_t partition, const FoldRecord& record) override {
    commands.push_back({partition, Published(record)});
  }
  std::vector<Routed> commands;
};

/// For tests: folds of several partitions behind a router, and the topic of commands between them.
class DividedFolds {
 public:
  /// `routed`: by the router stage; else as by the site, whose partitions know nothing of each other.
  explicit DividedFolds(std::int32_t partitions, bool routed = true) : routed_(routed) { divide(partitions); }

  void apply(const std::string& value) {
    const std::string source = "in/0/" + std::to_string(next_);
    InputRecord record;
    record.offset = next_++;
    record.time = rules::Timestamp{kNoon.micros + next_ * 1'000'000};
    record.value = value;
    record.source = source;
    RecordingRouterSink routed;
    router_->route(record, routed);
    for (const Routed& each : routed.parts) {
      const auto p = static_cast<std::size_t>(each.partition);
      const WrittenHeaders headers(each.record);
      InputRecord part;
      part.partition = each.partition;
      part.offset = offsets_[p]++;
      part.key = each.record.key;
      part.value = each.record.value;
      part.headers = &headers;
      const InputRecord opened = routed_ ? open_routed(part) : as_keyed(part, record);
      folds_[p]->run_timers(opened, 1'000'000, sink_);
      folds_[p]->apply(opened, sink_);
      settle(p);
    }
  }

  /// Delivers the next command of a partition. False if there is none.
  bool deliver(std::size_t p) {
    if (waiting_[p].empty()) return false;
    const Published command = waiting_[p].front();
    waiting_[p].pop_front();
    const WrittenHeaders headers(command);
    InputRecord record;
    record.partition = static_cast<std::int32_t>(p);
    record.offset = command_offsets_[p]++;
    record.key = command.key;
    record.value = command.value;
    record.headers = &headers;
    record.source = "commands/0/0";
    EXPECT_TRUE(folds_[p]->apply_command(record, sink_));
    ++delivered_;
    settle(p);
    return true;
  }
  /// Delivers commands until none is left. False if that does not end.
  bool deliver_all() {
    for (int i = 0; i < 10'000; ++i) {
      bool any = false;
      for (std::size_t p = 0; p < folds_.size(); ++p) any = deliver(p) || any;
      if (!any) return true;
    }
    return false;
  }
  void send(const std::string& kind, const std::string& patient) {
    for (std::size_t p = 0; p < folds_.size(); ++p) {
      const std::string partitions = std::to_string(folds_.size());
      const std::pair<std::string_view, std::string_view> headers[] = {{kCommandHeader, kind},
                                                                       {kPartitionsHeader, partitions}};
      waiting_[p].push_back(Published(FoldRecord{patient, std::nullopt, headers}));
    }
  }

  std::size_t partitions() const { return folds_.size(); }
  std::size_t delivered() const { return delivered_; }
  LinksSink& sink() { return sink_; }
  /// Of whom anything is kept; a * before the key: of what is elsewhere.
  std::vector<std::string> patients() const {
    std::vector<std::string> all;
    for (const auto& fold : folds_) {
      fold->patients().for_each([&](std::string_view key, std::string_view /*value*/) {
        all.push_back((rules::is_elsewhere(key) ? "*" : "") + std::string(rules::own_key(key)));
      });
    }
    return all;
  }
  /// The last status of each patient who has one.
  std::map<std::string, std::string> statuses() const {
    std::map<std::string, std::string> all;
    for (const auto& [patient, status] : sink_.statuses) {
      if (status.value) all[patient] = *status.value;
    }
    return all;
  }
  std::vector<std::string> alerts() const {
    std::vector<std::string> all;
    for (const Published& alert : sink_.alerts) {
      all.push_back(*alert.key + " " + alert.header("coagwatch-alert") + " " + alert.header("coagwatch-criterion"));
    }
    return all;
  }

  /// Divides the patients among so many partitions, of what is in the state topic. REQUIRES: no command waits.
  void repartition(std::int32_t partitions) {
    const auto partition_of = [](std::string_view key, std::int32_t among) { return partition_of_key(key, among); };
    const auto from = static_cast<std::int32_t>(folds_.size());
    Repartition::Settings settings{{from, partition_of, routed_}, {partitions, partition_of, routed_}, {}, {}};
    settings.alerts = fold_settings_of(routed_).alerts;
    settings.window = fold_settings_of(routed_).window;
    std::vector<PartitionRecord> records;
    for (const auto& fold : folds_) records.push_back(fold->record());
    const States states = std::move(states_);
    divide(partitions);
    NewState made(*this);
    Repartition work(settings, made);
    for (const auto& [partition, patients] : states) {
      for (const auto& [key, value] : patients) {
        EXPECT_EQ(work.add(static_cast<std::int32_t>(partition), key, *value), std::nullopt);
      }
    }
    work.finish();
    settled_ = made.settled;
    restore(merged_record(records));
  }
  /// Takes what `before` has, and of those whom `grown` has in another partition what that has: the site's topic got as
  /// many partitions while it was scored. Returns the patients of whom both have something.
  std::set<std::string> take(const DividedFolds& before, const DividedFolds& grown) {
    const auto partition_of = [](std::string_view key, std::int32_t among) { return partition_of_key(key, among); };
    const auto was = static_cast<std::int32_t>(before.folds_.size());
    const auto is = static_cast<std::int32_t>(grown.folds_.size());
    Repartition::Settings settings{
        {was, partition_of, false, is}, {static_cast<std::int32_t>(folds_.size()), partition_of, routed_}, {}, {}};
    settings.alerts = fold_settings_of(routed_).alerts;
    settings.window = fold_settings_of(routed_).window;
    NewState made(*this);
    Repartition work(settings, made);
    std::set<std::string> known;
    std::set<std::string> both;
    for (const auto& [partition, patients] : before.states_) {
      for (const auto& [key, value] : patients) {
        known.insert(key);
        EXPECT_EQ(work.add(static_cast<std::int32_t>(partition), key, *value), std::nullopt);
      }
    }
    for (const auto& [partition, patients] : grown.states_) {
      for (const auto& [key, value] : patients) {
        const auto place = static_cast<std::int32_t>(partition);
        if (partition_of(key, was) == place) continue;
        if (known.contains(key)) both.insert(key);
        EXPECT_EQ(work.add(place, key, *value), std::nullopt);
      }
    }
    work.finish();
    settled_ = made.settled;
    std::vector<PartitionRecord> records;
    for (const auto& fold : grown.folds_) records.push_back(fold->record());
    restore(merged_record(records));
    return both;
  }
  /// How many patients the folds were asked to look at again, of the last time.
  std::size_t settled() const { return settled_; }
  using States = std::map<std::size_t, std::map<std::string, std::optional<std::string>>>;
  /// What the state topic holds, by partition.
  const States& states() const { return states_; }

  /// Every fold becomes one that was made of what is in the state topic.
  void restart() {
    for (std::size_t p = 0; p < folds_.size(); ++p) {
      auto fold = std::make_unique<PartitionFold>(fold_settings_of(routed_));
      for (const auto& [key, value] : states_[p]) EXPECT_EQ(fold->restore(key, value), std::nullopt);
      fold->edit_record() = folds_[p]->record();
      fold->commit();
      folds_[p] = std::move(fold);
    }
  }

 private:
  /// Takes what a repartition makes.
  class NewState : public RepartitionSink {
   public:
    explicit NewState(DividedFolds& folds) : folds_(folds) {}
    void state(std::int32_t partition, std::string_view key, std::string_view value) override {
      folds_.states_[static_cast<std::size_t>(partition)][std::string(key)] = std::string(value);
    }
    void settle(std::int32_t partition, std::string_view patient) override {
      const std::string partitions = std::to_string(folds_.folds_.size());
      const std::pair<std::string_view, std::string_view> headers[] = {{kCommandHeader, "settle"},
                                                                       {kPartitionsHeader, partitions}};
      folds_.waiting_[static_cast<std::size_t>(partition)].push_back(
          Published(FoldRecord{patient, std::nullopt, headers}));
      ++settled;
    }
    std::size_t settled = 0;

   private:
    DividedFolds& folds_;
  };

  void divide(std::int32_t partitions) {
    router_ = std::make_unique<Router>(fold_settings_of(false), partitions);
    folds_.clear();
    states_.clear();
    for (std::int32_t p = 0; p < partitions; ++p) {
      folds_.push_back(std::make_unique<PartitionFold>(fold_settings_of(routed_)));
    }
    offsets_.assign(folds_.size(), 0);
    command_offsets_.assign(folds_.size(), 0);
    waiting_.assign(folds_.size(), {});
  }
  /// A record as the site sends it.
  static InputRecord as_keyed(const InputRecord& part, const InputRecord& source) {
    InputRecord record = part;
    record.headers = nullptr;
    record.time = source.time;
    record.source = source.source;
    return record;
  }
  void restore(const PartitionRecord& record) {
    for (std::size_t p = 0; p < folds_.size(); ++p) {
      for (const auto& [key, value] : states_[p]) EXPECT_EQ(folds_[p]->restore(key, value), std::nullopt);
      folds_[p]->edit_record() = record;
      folds_[p]->commit();
    }
  }

  void settle(std::size_t p) {
    folds_[p]->flush(sink_);
    folds_[p]->commit();
    for (auto& [key, state] : sink_.states) {
      states_[p].insert_or_assign(key, state.value);
      if (!state.value) states_[p].erase(key);
    }
    sink_.states.clear();
    for (Routed& command : sink_.commands) {
      waiting_[static_cast<std::size_t>(command.partition)].push_back(std::move(command.record));
    }
    sink_.commands.clear();
  }

  const bool routed_;
  std::unique_ptr<Router> router_;
  std::vector<std::unique_ptr<PartitionFold>> folds_;
  std::vector<std::int64_t> offsets_;
  std::vector<std::int64_t> command_offsets_;
  std::vector<std::deque<Published>> waiting_;
  States states_;
  std::size_t settled_ = 0;
  LinksSink sink_;
  std::int64_t next_ = 0;
  std::size_t delivered_ = 0;
};

}  // namespace coagwatch::daemon
