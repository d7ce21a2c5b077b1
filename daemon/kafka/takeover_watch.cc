#include "daemon/kafka/takeover_watch.h"

#include "daemon/kafka/client_config.h"

namespace coagwatch::daemon::kafka {
namespace {

constexpr std::chrono::minutes kWindow{1};
// Less than any session timeout that a broker allows by default, and far more than a transaction lasts.
constexpr auto kStall = kTransactionTimeout / 2;

}  // namespace

TakeoverWatch::Verdict TakeoverWatch::fenced(Clock::time_point now, Clock::duration open) {
  if (open >= kStall) return Verdict::replace;
  while (!counted_.empty() && now - counted_.front() >= kWindow) counted_.pop_front();
  counted_.push_back(now);
  if (counted_.size() == 1) return Verdict::replace;
  return counted_.size() == 2 ? Verdict::wait : Verdict::taken_over;
}

}  // namespace coagwatch::daemon::kafka
