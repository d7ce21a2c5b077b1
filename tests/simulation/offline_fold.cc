#include "tests/simulation/offline_fold.h"

#include <limits>

#include "daemon/fold/partition_fold.h"
#include "daemon/fold/routed_record.h"
#include "tests/simulation/delivered_record.h"
#include "tests/simulation/fold_rules.h"

namespace coagwatch::simulation {
namespace {

class Recorder final : public daemon::FoldSink {
 public:
  explicit Recorder(FoldResult& result) : result_(result) {}

  void alert(const daemon::FoldRecord& record) override { result_.alerts.push_back(published(record)); }
  void dead_letter(const daemon::FoldRecord& record) override { result_.dead_letters.push_back(published(record)); }
  void state(const daemon::FoldRecord& record) override { put(result_.state, record); }
  void status(const daemon::FoldRecord& record) override { put(result_.status, record); }
  void command(std::int32_t partition, const daemon::FoldRecord& record) override {
    result_.commands[partition].push_back(published(record));
  }
  void item(const daemon::InputRecord& /*record*/, const fhir::Item& /*item*/) override { ++result_.items.back(); }

 private:
  static void put(std::map<std::string, std::string>& into, const daemon::FoldRecord& record) {
    const std::string key(record.key.value_or(""));
    if (record.value) {
      into[key] = std::string(*record.value);
    } else {
      into.erase(key);
    }
  }
  FoldResult& result_;
};

}  // namespace

Published published(const daemon::FoldRecord& record) {
  Published made;
  if (record.key) made.key.emplace(*record.key);
  if (record.value) made.value.emplace(*record.value);
  for (const auto& [name, value] : record.headers) made.headers.emplace_back(name, value);
  return made;
}

Published published(const LogRecord& record) { return {record.key, record.value, record.headers}; }

struct OfflineFold::Parts {
  Parts(FoldResult& result, bool routed) : recorder(result), fold(routed ? routed_fold_settings() : fold_settings()) {}
  Recorder recorder;
  daemon::PartitionFold fold;
};

OfflineFold::OfflineFold(std::int32_t partition, bool routed)
    : partition_(partition), routed_(routed), parts_(std::make_unique<Parts>(result_, routed)) {}

OfflineFold::~OfflineFold() = default;

void OfflineFold::apply(const LogRecord& stored) {
  result_.items.push_back(0);
  run_timers(stored);
  const DeliveredRecord record(stored);
  const daemon::InputRecord view = record.view(partition_);
  parts_->fold.apply(routed_ ? daemon::open_routed(view) : view, parts_->recorder);
}

void OfflineFold::run_timers(const LogRecord& stored) {
  const DeliveredRecord record(stored);
  const daemon::InputRecord view = record.view(partition_);
  parts_->fold.run_timers(routed_ ? daemon::open_routed(view) : view, std::numeric_limits<std::size_t>::max(),
                          parts_->recorder);
}

void OfflineFold::move(const Movement& movement) {
  if (movement.command) {
    const DeliveredRecord command(*movement.command, movement.source);
    parts_->fold.apply_command(command.view(partition_), parts_->recorder);
    return;
  }
  daemon::InputRecord cause;
  cause.partition = partition_;
  cause.offset = movement.after;
  cause.time = movement.time;
  parts_->fold.run_timers(cause, std::numeric_limits<std::size_t>::max(), parts_->recorder);
}

void OfflineFold::commit() {
  parts_->fold.flush(parts_->recorder);
  parts_->fold.commit();
  result_.record = parts_->fold.record();
}

FoldResult fold_offline(std::int32_t partition, const std::vector<LogRecord>& input, std::size_t batch,
                        std::deque<Movement> movements, bool routed) {
  OfflineFold fold(partition, routed);
  std::size_t open = 0;
  const auto applied = [&] {
    if (++open < batch) return;
    fold.commit();
    open = 0;
  };
  const auto move = [&](std::int64_t before) {
    for (; !movements.empty() && movements.front().after < before; movements.pop_front()) {
      fold.move(movements.front());
      applied();
    }
  };
  for (const LogRecord& record : input) {
    move(record.offset);
    fold.apply(record);
    applied();
  }
  move(std::numeric_limits<std::int64_t>::max());
  fold.commit();
  return fold.result();
}

}  // namespace coagwatch::simulation
