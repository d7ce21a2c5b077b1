#include "tests/simulation/offline_fold.h"

#include <limits>

#include "daemon/fold/partition_fold.h"
#include "tests/simulation/fold_rules.h"

namespace coagwatch::simulation {
namespace {

Published published(const daemon::FoldRecord& record) {
  Published made;
  if (record.key) made.key.emplace(*record.key);
  if (record.value) made.value.emplace(*record.value);
  for (const auto& [name, value] : record.headers) made.headers.emplace_back(name, value);
  return made;
}

class Recorder final : public daemon::FoldSink {
 public:
  explicit Recorder(FoldResult& result) : result_(result) {}

  void alert(const daemon::FoldRecord& record) override { result_.alerts.push_back(published(record)); }
  void dead_letter(const daemon::FoldRecord& record) override { result_.dead_letters.push_back(published(record)); }
  void state(const daemon::FoldRecord& record) override { put(result_.state, record); }
  void status(const daemon::FoldRecord& record) override { put(result_.status, record); }
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

Published published(const LogRecord& record) { return {record.key, record.value, record.headers}; }

FoldResult fold_offline(std::int32_t partition, const std::vector<LogRecord>& input, std::size_t batch) {
  FoldResult result;
  daemon::PartitionFold fold(fold_settings());
  Recorder recorder(result);
  std::size_t open = 0;
  for (const LogRecord& stored : input) {
    daemon::InputRecord record;
    record.partition = partition;
    record.offset = stored.offset;
    record.time = stored.time;
    record.key = stored.key;
    record.value = stored.value;
    result.items.push_back(0);
    fold.run_timers(record, std::numeric_limits<std::size_t>::max(), recorder);
    fold.apply(record, recorder);
    if (++open < batch) continue;
    fold.flush(recorder);
    fold.commit();
    open = 0;
  }
  fold.flush(recorder);
  result.record = fold.record();
  return result;
}

}  // namespace coagwatch::simulation
