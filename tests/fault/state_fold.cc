#include "tests/fault/state_fold.h"

#include <functional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "daemon/cli/feed_reader.h"
#include "daemon/cli/file_fold.h"
#include "daemon/cli/setup.h"

namespace coagwatch::fault {
namespace {

/// Keeps the states and nothing else.
class StateSink : public daemon::FoldSink {
 public:
  explicit StateSink(std::map<std::string, std::uint64_t>& states) : states_(states) {}
  void alert(const daemon::FoldRecord& /*record*/) override {}
  void dead_letter(const daemon::FoldRecord& /*record*/) override {}
  void status(const daemon::FoldRecord& /*record*/) override {}
  void state(const daemon::FoldRecord& record) override {
    const std::string key(record.key.value_or(""));
    if (record.value) {
      states_[key] = std::hash<std::string_view>{}(*record.value);
    } else {
      states_.erase(key);
    }
  }
  [[nodiscard]] bool shows_statuses() const override { return false; }

 private:
  std::map<std::string, std::uint64_t>& states_;
};

}  // namespace

std::map<std::string, std::uint64_t> folded_state(const std::string& config_file, const std::string& capture,
                                                  const std::string& journal) {
  constexpr std::uint64_t kFlushEvery = 1'000;
  std::vector<rules::Problem> problems;
  const std::shared_ptr<const daemon::Setup> setup =
      daemon::load_setup(config_file, daemon::Purpose::offline, problems);
  if (!setup) throw std::runtime_error("the configuration cannot be read: " + config_file);
  daemon::JournalFile entries;
  if (!journal.empty()) {
    if (const auto problem = entries.read(journal, setup->rules)) throw std::runtime_error(*problem);
  }
  std::map<std::string, std::uint64_t> states;
  StateSink sink(states);
  daemon::FileFold folds(daemon::fold_settings(setup), std::move(entries), sink, kFlushEvery);
  daemon::FeedReader feed({capture});
  bool first = true;
  while (const daemon::InputRecord* record = feed.next()) {
    if (std::exchange(first, false)) folds.set_form(feed.form(), feed.topic(), setup->config.output.by_patient);
    folds.apply(*record);
  }
  if (!feed.error().empty()) throw std::runtime_error(feed.error());
  folds.end();
  return states;
}

}  // namespace coagwatch::fault
