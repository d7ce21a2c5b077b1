#pragma once

#include <string>

#include "fhir/time_zone.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

/// How long a feed may say nothing before somebody should look (`input.silence`). At night less comes.
struct SilenceLimits {
  rules::Duration day = rules::Duration::minutes(60);
  rules::Duration night = rules::Duration::hours(6);
  int night_from = 22;  ///< hour of the site's day, 0 to 23
  int night_to = 6;     ///< likewise; the same hour: there is no night

  /// What holds at `now`; zero is for ever.
  [[nodiscard]] rules::Duration at(rules::Timestamp now, const fhir::TimeZone& zone) const;
  friend bool operator==(const SilenceLimits&, const SilenceLimits&) = default;
};

/// Watches when the last record came.
///
/// Not thread-safe.
class FeedSilence {
 public:
  /// `now`: when the watch begins; a feed that never said anything is silent from then on.
  FeedSilence(const SilenceLimits& limits, fhir::TimeZone zone, rules::Timestamp now)
      : limits_(limits), zone_(std::move(zone)), heard_(now) {}

  enum class Change : std::uint8_t { none, fell_silent, came_back };
  /// `newest`: timestamp of the newest record that was read; none() if there is none.
  Change look(rules::Timestamp newest, rules::Timestamp now);
  [[nodiscard]] bool silent() const { return silent_; }
  /// How long nothing has come.
  [[nodiscard]] rules::Duration since(rules::Timestamp now) const { return now - heard_; }

 private:
  SilenceLimits limits_;
  fhir::TimeZone zone_;
  rules::Timestamp heard_;
  bool silent_ = false;
};

}  // namespace coagwatch::daemon
