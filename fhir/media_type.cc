#include "fhir/media_type.h"

#include <algorithm>

#include "fhir/ascii.h"

namespace coagwatch::fhir {
namespace {

bool same_text(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

}  // namespace

bool is_json_media_type(std::string_view type) {
  constexpr std::string_view kJson = "json";
  constexpr std::string_view kBlanks = " \t";
  type = type.substr(0, type.find(';'));
  type = type.substr(0, type.find_last_not_of(kBlanks) + 1);
  const std::size_t slash = type.find('/');
  if (slash == std::string_view::npos || slash == 0) return false;
  const std::string_view subtype = type.substr(slash + 1);
  if (subtype.size() < kJson.size()) return false;
  if (!same_text(subtype.substr(subtype.size() - kJson.size()), kJson)) return false;
  return subtype.size() == kJson.size() || subtype[subtype.size() - kJson.size() - 1] == '+';
}

}  // namespace coagwatch::fhir
