// The fold alone, without a broker: what one record costs between Kafka's bytes and Kafka's bytes. One thread, no I/O,
// so that instructions can be counted (valgrind --tool=callgrind --toggle-collect='*Run::play*').

#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/cli/setup.h"
#include "daemon/engine/worker.h"
#include "daemon/fold/partition_fold.h"
#include "tests/bench/arguments.h"
#include "tests/bench/kafka_handles.h"
#include "tests/bench/sample_records.h"

namespace coagwatch::bench {
namespace {

using daemon::FoldRecord;
using daemon::InputRecord;
using daemon::PartitionFold;

constexpr std::size_t kPartitions = 4;
const daemon::WorkerOptions kTransaction;  // as large as the engine's

/// Counts what would be written.
class CountingSink : public daemon::FoldSink {
 public:
  void alert(const FoldRecord& record) override { add(record, alerts); }
  void dead_letter(const FoldRecord& record) override { add(record, dead_letters); }
  void state(const FoldRecord& record) override { add(record, states); }
  void status(const FoldRecord& record) override { add(record, statuses); }

  std::size_t alerts = 0, dead_letters = 0, states = 0, statuses = 0, bytes = 0;

 private:
  void add(const FoldRecord& record, std::size_t& count) {
    ++count;
    bytes += record.key.value_or("").size() + record.value.value_or("").size();
  }
};

struct Stored {
  std::string key;
  std::string value;
  std::int64_t time_millis = 0;
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

class Run {
 public:
  explicit Run(const daemon::FoldSettings& settings) {
    for (std::size_t i = 0; i < kPartitions; ++i) folds_.push_back(std::make_unique<PartitionFold>(settings));
  }

  // Not inlined: callgrind finds it by its name.
  [[gnu::noinline]] void play(const std::vector<Stored>& feed) {
    for (const Stored& stored : feed) {
      const std::size_t partition = std::hash<std::string>{}(stored.key) % kPartitions;
      InputRecord record;
      record.partition = static_cast<std::int32_t>(partition);
      record.offset = offset_++;
      record.time = rules::Timestamp::from_millis(stored.time_millis);
      record.key = stored.key;
      record.value = stored.value;
      folds_[partition]->apply(record, sink_);
      if (++records_ >= kTransaction.max_records || touched() >= kTransaction.max_touched) end_transaction();
    }
    end_transaction();
  }

  [[nodiscard]] const CountingSink& sink() const { return sink_; }

 private:
  [[nodiscard]] std::size_t touched() const {
    std::size_t sum = 0;
    for (const auto& fold : folds_) sum += fold->touched();
    return sum;
  }
  void end_transaction() {
    for (const auto& fold : folds_) {
      fold->flush(sink_);
      fold->commit();
      fold->counters().clear();
    }
    records_ = 0;
  }

  std::vector<std::unique_ptr<PartitionFold>> folds_;
  CountingSink sink_;
  std::int64_t offset_ = 0;
  std::size_t records_ = 0;
};

}  // namespace
}  // namespace coagwatch::bench

int main(int argc, char** argv) {
  using namespace coagwatch;
  const bench::Arguments arguments(argc, argv, {{"config", ""}, {"sample", ""}, {"copies", "20"}});
  std::vector<rules::Problem> problems;
  const std::shared_ptr<const daemon::Setup> setup =
      daemon::load_setup(arguments.text("config"), daemon::Purpose::offline, problems);
  if (!setup) {
    daemon::print_problems(problems);
    return daemon::kExitUsage;
  }
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  const bench::SampleRecords sample(arguments.text("sample"), now.count());
  std::vector<bench::Stored> feed;
  sample.generate(static_cast<int>(arguments.number("copies")), [&](const bench::SampleRecord& record) {
    feed.push_back({std::string(record.key), std::string(record.value), record.time_millis});
  });
  const daemon::FoldSettings settings = daemon::fold_settings(setup);
  bench::Run run(settings);
  const double start = bench::cpu_seconds();
  run.play(feed);
  const double took = bench::cpu_seconds() - start;
  const bench::CountingSink& sink = run.sink();
  std::printf(
      "{\"records\": %zu, \"cpu_us_per_record\": %.3f, \"alerts\": %zu, \"dead_letters\": %zu, \"states\": %zu, "
      "\"statuses\": %zu, \"bytes_out\": %zu}\n",
      feed.size(), took * 1e6 / static_cast<double>(feed.size()), sink.alerts, sink.dead_letters, sink.states,
      sink.statuses, sink.bytes);
  return 0;
}
