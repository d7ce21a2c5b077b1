#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace coagwatch::fhir {

/// What the wall clocks of a place show, by the IANA time zone database of the system's tzdata package.
///
/// Immutable, and a copy is a handle to the same zone: objects may be shared and copied between threads. Look-ups
/// allocate nothing and take no lock.
class TimeZone {
 public:
  /// How often the clocks show a local time: never in the hour that they skip in spring, twice in the hour that they
  /// repeat in autumn. Also never: beyond the last change that tzdata lists, where the library cannot read the rule
  /// that follows (America/Nuuk after 2037; with Debian 13 also Asia/Jerusalem).
  enum class Shown : std::uint8_t { once, never, twice };
  struct Moment {
    Shown shown = Shown::once;
    std::int64_t micros = 0;  ///< since 1970-01-01T00:00:00Z; meaningful if shown once
  };

  /// UTC, which needs no tzdata.
  TimeZone() = default;
  /// The zone of that name, `Europe/Berlin`; nullopt if tzdata has none such, or is not installed. Reads files: for
  /// start-up.
  static std::optional<TimeZone> named(std::string_view name);
  [[nodiscard]] std::string_view name() const;

  /// When the clocks show a local time, given in microseconds since they showed 1970-01-01T00:00:00. Years 0-10,000.
  [[nodiscard]] Moment when(std::int64_t local_micros) const;
  /// The first instant of the local day whose midnight is given, in the same way. It may be 01:00 where the clocks
  /// skip midnight; it is the first of two where they repeat it; nothing where they skip the whole day.
  [[nodiscard]] std::optional<std::int64_t> start_of_day(std::int64_t local_midnight_micros) const;

 private:
  struct Zone;
  std::shared_ptr<const Zone> zone_;  ///< null: UTC
};

}  // namespace coagwatch::fhir
