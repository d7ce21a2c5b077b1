#include "tests/fault/watch.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdint>

namespace coagwatch::fault {

Watch::Watch(std::vector<std::unique_ptr<Member>>& members, Journal& journal)
    : members_(members), journal_(journal), thread_([this] { look(); }) {}

Watch::~Watch() {
  stop_ = true;
  thread_.join();
}

void Watch::look() {
  for (unsigned round = 0; !stop_; ++round) {
    for (const auto& member : members_) {
      largest_ = std::max(largest_.load(), member->resident_mebibytes());
      if (const auto status = member->revive()) {
        ++ended_;
        if (WIFSIGNALED(*status)) ++crashed_;
        journal_.say("daemon " + member->instance() + " ended by itself: " + exit_text(*status) + "; started again");
      }
      // Not each time: one that is stopped keeps us waiting.
      if (round % 8 != 0) continue;
      const double replayed = metric(member->get("/metrics").second, "coagwatch_replayed_records_total");
      if (replayed <= replayed_) continue;
      replayed_ = replayed;
      journal_.say("daemon " + member->instance() +
                   " skipped records that it had applied: " + std::to_string(static_cast<std::int64_t>(replayed)));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

}  // namespace coagwatch::fault
