#include "fhir/identity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "fhir/datetime.h"
#include "fhir/fingerprint.h"
#include "fhir/resource_locator.h"
#include "fhir/subject.h"
#include "fhir/utf8.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kObservation = "Observation";
constexpr std::string_view kPost = "POST";
constexpr std::size_t kMaxIdLength = 128;
constexpr std::string_view kSeparator{&rules::kPartSeparator, 1};
constexpr std::string_view kBeforeMeasure{&rules::kMeasureSeparator, 1};
constexpr std::array<char, 2> kBothSeparators = {rules::kPartSeparator, rules::kMeasureSeparator};
constexpr std::string_view kSeparators{kBothSeparators.data(), kBothSeparators.size()};

std::optional<std::uint64_t> version_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

rules::Timestamp instant_of(std::string_view text, const TimeZone& zone) {
  const auto parsed = parse_datetime(text, zone);
  return parsed && parsed->precision == ParsedTime::Precision::instant ? parsed->time : rules::Timestamp::none();
}

}  // namespace

bool is_usable_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdLength && std::all_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '|' && c != '/';
  });
}

bool is_resource_type(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  return !text.empty() && text.front() >= 'A' && text.front() <= 'Z' && std::ranges::all_of(text, is_letter);
}

rules::Version version_of_meta(std::string_view version_id, std::string_view last_updated, const TimeZone& zone) {
  rules::Version version;
  version.number = version_number(version_id);
  if (!last_updated.empty()) version.last_updated = instant_of(last_updated, zone);
  return version;
}

Identity read_identity(const Observation& resource, std::string_view type, const TimeZone& zone, TextArena& arena) {
  Identity result;
  result.version = version_of_meta(resource.meta_version_id.string(), resource.meta_last_updated.string(), zone);
  for (const Identifier& identifier : resource.identifiers) {
    const std::string_view system = identifier.system.string();
    if (system.empty() || identifier.value.string().empty()) continue;
    result.fingerprint = fingerprint_of(system, identifier.value.text);
    break;
  }
  if (is_usable_id(resource.id.string())) {
    result.source = arena.join({type, "/", resource.id.text});
    result.identity = result.source;
    return result;
  }
  for (const Identifier& identifier : resource.identifiers) {
    const Identity named = identity_of(identifier, arena);
    if (named.identity.empty()) continue;
    result.identity = named.identity;
    result.by_identifier = true;
    break;
  }
  return result;
}

Identity named_resource(std::string_view url, TextArena& arena) {
  Identity result;
  const std::size_t history = url.find(kHistory);
  const std::string_view whole = url.substr(0, history);
  const std::size_t id_at = whole.rfind('/');
  if (id_at == std::string_view::npos || !is_usable_id(whole.substr(id_at + 1))) return result;
  if (!is_utf8(whole)) return result;  // a record's key may be any bytes
  const std::size_t before = id_at == 0 ? std::string_view::npos : whole.rfind('/', id_at - 1);
  const std::size_t type_at = before == std::string_view::npos ? 0 : before + 1;
  if (!is_resource_type(whole.substr(type_at, id_at - type_at)) || whole.find('?') != std::string_view::npos) {
    return result;
  }
  result.source = arena.join({whole.substr(type_at)});
  result.identity = result.source;
  if (history != std::string_view::npos) result.version.number = version_number(url.substr(history + kHistory.size()));
  return result;
}

Identity named_observation(std::string_view url, TextArena& arena) {
  Identity named = named_resource(url, arena);
  return named.source.starts_with("Observation/") ? named : Identity();
}

Identity identity_of(const Identifier& identifier, TextArena& arena) {
  Identity result;
  const std::string_view system = identifier.system.string();
  const std::string_view key = identifier_key(identifier, arena);
  if (key.empty() || system.starts_with('=') || key.find_first_of(kSeparators) != std::string_view::npos) return result;
  result.identity = key;
  result.by_identifier = true;
  if (!system.empty()) result.fingerprint = fingerprint_of(system, identifier.value.text);
  return result;
}

Identity searched_observation(std::string_view url, TextArena& arena) {
  const std::size_t query = url.find('?');
  if (query == std::string_view::npos || !is_utf8(url)) return {};
  const std::string_view asked = url.substr(0, query);
  if (asked.substr(asked.rfind('/') + 1) != kObservation) return {};
  const auto identifier = read_identifier_search(url.substr(query + 1), arena);
  return identifier ? identity_of(*identifier, arena) : Identity();
}

Identity identity_by_url(const LocatedResource& entry, TextArena& arena) {
  const std::string_view url = entry.full_url;
  const bool absolute = url.starts_with("http://") || url.starts_with("https://");
  return absolute && entry.method != kPost ? named_observation(url, arena) : Identity();
}

Identity identity_of_entry(const LocatedResource& entry, TextArena& arena) {
  Identity result;
  if (!is_usable_id(entry.id)) return entry.id.empty() ? identity_by_url(entry, arena) : result;
  result.source = arena.join({kObservation, "/", entry.id});
  result.identity = result.source;
  return result;
}

rules::Version version_of(std::string_view etag, std::string_view last_modified, const TimeZone& zone) {
  rules::Version version;
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() > 2 && etag.front() == '"' && etag.back() == '"') {
    version.number = version_number(etag.substr(1, etag.size() - 2));
  }
  if (!last_modified.empty()) version.last_updated = instant_of(last_modified, zone);
  return version;
}

void complete(rules::Version& version, const rules::Version& other) {
  if (!version.number) version.number = other.number;
  if (!version.last_updated.known()) version.last_updated = other.last_updated;
}

std::string_view part_identity(std::string_view whole, PartNumber part, TextArena& arena) {
  const std::string_view measure = rules::measure_info(part.measure).name;
  if (part.repeat == 0) return arena.join({whole, kSeparator, measure});
  return arena.join({whole, kSeparator, measure, "/", std::to_string(part.repeat)});
}

std::string_view measure_identity(std::string_view whole, rules::Measure measure, TextArena& arena) {
  return arena.join({whole, kBeforeMeasure, rules::measure_info(measure).name});
}

std::string_view contained_identity(std::string_view whole, const Scalar& id, TextArena& arena) {
  if (whole.empty() || !is_usable_id(id.string())) return {};
  return arena.join({whole, kSeparator, "#", id.text});
}

std::string_view composed_identity(const Observation& observation, PartNumber part, rules::Timestamp at,
                                   TextArena& arena) {
  const std::string_view reference = observation.specimen.reference.string();
  std::string_view specimen = reference.empty() ? identifier_key(observation.specimen.identifier, arena) : reference;
  if (specimen.size() > kMaxKeyLength) specimen = {};
  const std::string repeat = part.repeat == 0 ? std::string() : "/" + std::to_string(part.repeat);
  return arena.join({"=", rules::measure_info(part.measure).name, repeat, "|", format_instant(at), "|", specimen});
}

}  // namespace coagwatch::fhir
