#include "fhir/identity.h"

#include <algorithm>
#include <charconv>

#include "fhir/datetime.h"
#include "fhir/subject.h"

namespace coagwatch::fhir {
namespace {

constexpr std::size_t kMaxIdLength = 128;

bool is_usable_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdLength && std::all_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '|' && c != '/';
  });
}

rules::Version read_version(const Observation& observation) {
  rules::Version version;
  // An opaque string; only where it is a plain number does its order say anything.
  const std::string_view text = observation.meta_version_id.string();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && error == std::errc() && end == text.data() + text.size()) version.number = number;
  if (observation.meta_last_updated.is_string()) {
    const auto updated = parse_datetime(observation.meta_last_updated.text);
    if (updated && updated->precision == ParsedTime::Precision::instant) version.last_updated = updated->time;
  }
  return version;
}

}  // namespace

Identity read_identity(const Observation& observation, TextArena& arena) {
  Identity result;
  result.version = read_version(observation);
  if (is_usable_id(observation.id.string())) {
    result.source = arena.join({"Observation/", observation.id.text});
    result.identity = result.source;
    return result;
  }
  for (const Identifier& identifier : observation.identifiers) {
    if (identifier.system.string().starts_with('=')) continue;
    result.identity = identifier_key(identifier, arena);
    if (!result.identity.empty()) break;
  }
  return result;
}

std::string_view composed_identity(const Observation& observation, rules::Measure measure, rules::Timestamp at,
                                   TextArena& arena) {
  const std::string_view reference = observation.specimen.reference.string();
  std::string_view specimen = reference.empty() ? identifier_key(observation.specimen.identifier, arena) : reference;
  if (specimen.size() > kMaxKeyLength) specimen = {};
  return arena.join({"=", rules::measure_info(measure).name, "|", format_instant(at), "|", specimen});
}

}  // namespace coagwatch::fhir
