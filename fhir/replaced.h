#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace coagwatch::fhir {

struct Observation;
class BundleContext;
class TextArena;

/// A result that another one, which has an id of its own, replaces.
struct Replaced {
  std::string_view identity;      ///< `Observation/a1`, else `system|value`
  std::uint64_t fingerprint = 0;  ///< of an identifier, as rules::Change::fingerprint; 0: it is known by its id
  friend bool operator==(const Replaced&, const Replaced&) = default;
};

/// Appends what the Observation says to replace: by the extension observation-replaces and, where `lenient`, by STU3's
/// `related`. `bundle` tells what a `urn:` means; null outside of a Bundle. What names nothing that could be known is
/// left out; the text says so then, else it is empty.
std::string_view read_replaced(const Observation& observation, bool lenient, BundleContext* bundle, TextArena& arena,
                               std::vector<Replaced>& out);

}  // namespace coagwatch::fhir
