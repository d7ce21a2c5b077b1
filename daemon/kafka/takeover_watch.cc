#include "daemon/kafka/takeover_watch.h"

#include "daemon/kafka/client_config.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::chrono::minutes kWindow{1};
// Less than any session timeout that a broker allows by default, and far more than a transaction lasts.
constexpr auto kStall = kTransactionTimeout / 2;

}  // namespace

bool TakeoverWatch::fenced(Clock::time_point now, Clock::duration open) {
  if (open >= kStall) return false;
  const bool again = last_ && now - *last_ < kWindow;
  last_ = now;
  return again;
}

}  // namespace coagwatch::daemon::kafka
