#include "tests/fault/watch.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace coagwatch::fault {

Watch::Watch(std::vector<std::unique_ptr<Member>>& members, Journal& journal)
    : members_(members), journal_(journal), known_(members.size()), thread_([this] { look(); }) {}

Watch::~Watch() { finish(); }

void Watch::finish() {
  if (!thread_.joinable()) return;
  stop_ = true;
  thread_.join();
  for (std::size_t i = 0; i < members_.size(); ++i) look_at_metrics(i);
}

void Watch::look() {
  for (unsigned round = 0; !stop_; ++round) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      Member& member = *members_[i];
      largest_ = std::max(largest_, member.resident_mebibytes());
      if (const auto status = member.revive()) {
        ++ended_;
        ++ends_[exit_text(*status)];
        if (WIFSIGNALED(*status)) ++crashed_;
        journal_.say("daemon " + member.instance() + " ended by itself: " + exit_text(*status) + "; started again");
      }
      // Not each time: one that is stopped keeps us waiting.
      if (round % 8 == 0) look_at_metrics(i);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

void Watch::look_at_metrics(std::size_t member) {
  const std::string metrics = members_[member]->get("/metrics").second;
  if (metrics.empty()) return;
  const double replayed = metric(metrics, "coagwatch_replayed_records_total");
  const double before = std::exchange(known_[member], replayed);
  // One that was started again begins anew.
  const double more = replayed < before ? replayed : replayed - before;
  if (more == 0) return;
  replayed_ += more;
  journal_.say("daemon " + members_[member]->instance() +
               " skipped records that it had applied: " + std::to_string(static_cast<std::int64_t>(more)));
}

}  // namespace coagwatch::fault
