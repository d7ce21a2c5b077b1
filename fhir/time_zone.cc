#include "fhir/time_zone.h"

#include <date/ptz.h>
#include <date/tz.h>

#include <chrono>
#include <exception>
#include <fstream>
#include <iterator>
#include <utility>

namespace coagwatch::fhir {
namespace {

using date::local_info;
using date::local_seconds;
using date::sys_seconds;
using std::chrono::seconds;

constexpr std::string_view kUtc = "UTC";
// Where Debian's tzdata is, and where the library looks for it.
constexpr std::string_view kDirectory = "/usr/share/zoneinfo/";
constexpr std::int64_t kMicrosPerSecond = 1'000'000;
// Longer than the clocks of any place were ever moved, Samoa's day included.
constexpr std::chrono::hours kLongestMove{48};

// Not places: what the machine is set to, and "not set".
bool is_place(std::string_view name) { return name != "localtime" && name != "Factory"; }

/// What comes after a zone file's last change of the clocks, as a POSIX TZ string between the last two line breaks
/// (RFC 8536, 3.3); nullopt if this is no such file.
std::optional<std::string> footer_of(std::string_view name) {
  std::ifstream file(std::string(kDirectory).append(name), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (bytes.compare(0, 4, "TZif") != 0 || bytes.back() != '\n') return std::nullopt;
  const std::size_t begin = bytes.rfind('\n', bytes.size() - 2);
  if (begin == std::string::npos) return std::nullopt;
  return bytes.substr(begin + 1, bytes.size() - begin - 2);
}

std::optional<Posix::time_zone> read_rule(const std::string& footer) {
  try {
    return Posix::time_zone(footer);
  } catch (const std::exception&) {  // the library wants hours from 0 to 24, tzdata has -1 and 26
    return std::nullopt;
  }
}

local_seconds second_of(std::int64_t local_micros) {
  return local_seconds{std::chrono::floor<seconds>(std::chrono::microseconds{local_micros})};
}

}  // namespace

struct TimeZone::Zone {
  std::string name;
  const date::time_zone* changes = nullptr;  ///< of the library's database, which lives as long as the program
  sys_seconds last_change;
  /// The rule that holds for ever after the last change, if the clocks go on changing.
  bool goes_on = false;
  std::optional<Posix::time_zone> rule;  ///< none: the library cannot read it

  /// nullopt where it is not known.
  [[nodiscard]] std::optional<local_info> info(local_seconds local) const {
    // The library by itself takes the last change for the end of all changes.
    if (!goes_on || sys_seconds{local.time_since_epoch()} - kLongestMove <= last_change)
      return changes->get_info(local);
    if (rule) return rule->get_info(local);
    return std::nullopt;
  }
};

std::optional<TimeZone> TimeZone::named(std::string_view name) {
  TimeZone made;
  if (name == kUtc) return made;
  try {
    auto zone = std::make_shared<Zone>();
    zone->name = name;
    zone->changes = date::locate_zone(zone->name);
    const std::optional<std::string> footer = footer_of(name);
    if (!footer || !is_place(name)) return std::nullopt;
    zone->goes_on = footer->find(',') != std::string::npos;
    if (zone->goes_on) zone->rule = read_rule(*footer);
    // Also makes the library read the file now, so that later look-ups only read memory.
    zone->last_change = zone->changes->get_info(sys_seconds{date::sys_days{date::year{9'999} / 1 / 1}}).begin;
    made.zone_ = std::move(zone);
    return made;
  } catch (const std::exception&) {  // the library's way to say that it has none such
    return std::nullopt;
  }
}

std::string_view TimeZone::name() const { return zone_ ? std::string_view(zone_->name) : kUtc; }

TimeZone::Moment TimeZone::when(std::int64_t local_micros) const {
  if (!zone_) return {Shown::once, local_micros};
  const std::optional<local_info> info = zone_->info(second_of(local_micros));
  if (!info || info->result == local_info::nonexistent) return {Shown::never, 0};
  if (info->result == local_info::ambiguous) return {Shown::twice, 0};
  return {Shown::once, local_micros - info->first.offset.count() * kMicrosPerSecond};
}

std::optional<std::int64_t> TimeZone::start_of_day(std::int64_t local_midnight_micros) const {
  if (!zone_) return local_midnight_micros;
  const local_seconds midnight = second_of(local_midnight_micros);
  const std::optional<local_info> info = zone_->info(midnight);
  if (!info) return std::nullopt;
  if (info->result != local_info::nonexistent) {
    return local_midnight_micros - info->first.offset.count() * kMicrosPerSecond;
  }
  // The clocks jump over midnight, at first.end: to a time on that day?
  const local_seconds next{info->first.end.time_since_epoch() + info->second.offset};
  if (next - midnight >= date::days{1}) return std::nullopt;
  return info->first.end.time_since_epoch().count() * kMicrosPerSecond;
}

}  // namespace coagwatch::fhir
