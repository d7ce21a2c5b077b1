#include "fhir/servers.h"

#include <algorithm>

#include "fhir/identity.h"

namespace coagwatch::fhir {
namespace {

/// What stands before `Type/id` in a URL; empty in a relative one.
std::string_view base_in(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return {};
  url = url.substr(0, url.find(kHistory));
  const std::size_t id_at = url.rfind('/');
  const std::size_t type_at = url.rfind('/', id_at - 1);
  return url.substr(0, type_at);
}

}  // namespace

std::string_view Servers::base_of(std::string_view url) const {
  if (bases_.empty()) return {};
  const std::string_view base = base_in(url);
  return std::ranges::find(bases_, base) == bases_.end() ? std::string_view() : base;
}

bool Servers::is_foreign(std::string_view url) const {
  return !bases_.empty() && !base_in(url).empty() && base_of(url).empty();
}

SubjectReading Servers::patient(std::string_view base, std::string_view name, TextArena& arena) const {
  if (bases_.empty()) return {name, {}};
  if (!base.empty() && std::ranges::find(bases_, base) == bases_.end()) {
    return {{}, dead(Reason::unresolved_reference, "subject.reference: a server that input.bases does not list")};
  }
  if (bases_.size() == 1) return {name, {}};
  if (leaves_open(base)) {
    return {{}, dead(Reason::ambiguous_subject, "subject.reference: relative, and input.bases lists several servers")};
  }
  return {arena.join({base, "|", name}), {}};
}

}  // namespace coagwatch::fhir
