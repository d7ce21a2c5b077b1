#include "daemon/config/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace coagwatch::daemon {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 6> kTimeUnits = {
    {{"us", 1}, {"ms", 1'000}, {"s", 1'000'000}, {"min", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}}};
constexpr std::array<Unit, 8> kSizeUnits = {{{"", 1},
                                             {"B", 1},
                                             {"kB", 1'000},
                                             {"MB", 1'000'000},
                                             {"GB", 1'000'000'000},
                                             {"KiB", 1'024},
                                             {"MiB", 1'048'576},
                                             {"GiB", 1'073'741'824}}};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/// A whole number, at most one blank, a unit.
std::optional<std::uint64_t> with_unit(std::string_view text, std::span<const Unit> units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<std::uint64_t> number = parse_count(text.substr(0, digits));
  if (!number) return std::nullopt;
  std::string_view name = text.substr(digits);
  if (name.size() > 1 && name.front() == ' ') name.remove_prefix(1);
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& each) { return each.name == name; });
  // Durations are signed and 64 bits wide.
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (unit == units.end() || *number > kMost / unit->factor) return std::nullopt;
  return *number * unit->factor;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_broker(std::string_view text) {
  if (const std::size_t protocol = text.find("://"); protocol != std::string_view::npos) {
    text.remove_prefix(protocol + 3);
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::optional<std::uint64_t> port = parse_count(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65'535) return false;
  const std::string_view host = text.substr(0, colon);
  return host.find_first_of(" \t/") == std::string_view::npos;
}

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "true" || text == "yes") return true;
  if (text == "false" || text == "no") return false;
  return std::nullopt;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::chrono::microseconds> parse_duration(std::string_view text) {
  const std::optional<std::uint64_t> micros = with_unit(text, kTimeUnits);
  if (!micros) return std::nullopt;
  return std::chrono::microseconds(static_cast<std::int64_t>(*micros));
}

std::optional<std::uint64_t> parse_size(std::string_view text) { return with_unit(text, kSizeUnits); }

bool is_topic_name(std::string_view text) {
  return !text.empty() && text.size() <= 249 && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), is_word);
}

bool is_plain_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), is_word);
}

bool is_broker_list(std::string_view text) {
  for (;;) {
    const std::size_t comma = text.find(',');
    if (!is_broker(trimmed(text.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool is_server_base(std::string_view text) { return text.starts_with("http") && is_identifier_base(text); }

bool is_identifier_base(std::string_view text) {
  if (!text.starts_with("http://") && !text.starts_with("https://") && !text.starts_with("urn:")) return false;
  const std::size_t scheme = text.find(':') + 1;
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F' && c != '"' && c != '|'; });
  return plain && text.find_first_not_of('/', scheme) != std::string_view::npos && text.back() != '/' &&
         text.back() != ':';
}

}  // namespace coagwatch::daemon
