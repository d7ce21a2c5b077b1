#include "daemon/kafka/log_function.h"

namespace coagwatch::daemon::kafka {

void RateLimitedLog::write(LogLevel level, std::string_view key, std::string_view text) {
  if (!log_) return;
  const auto now = std::chrono::steady_clock::now();
  std::uint64_t suppressed = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto found = lines_.find(key);
    if (found == lines_.end()) {
      lines_.emplace(key, Line{now, 0});
    } else if (now - found->second.last < period_) {
      ++found->second.suppressed;
      return;
    } else {
      suppressed = found->second.suppressed;
      found->second = Line{now, 0};
    }
  }
  if (suppressed == 0) {
    log_(level, text);
  } else {
    log_(level, std::string(text) + " (" + std::to_string(suppressed) + " more like it were left out)");
  }
}

}  // namespace coagwatch::daemon::kafka
