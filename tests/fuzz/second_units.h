#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace coagwatch::fuzz {

/// A UCUM term as a number of base units, in floating point.
struct SlowUnit {
  std::array<int, 5> dimension{};  ///< powers of m, g, s, mol, [iU]
  long double factor = 1;
};

/// Reads the plain part of UCUM a second time, in another way than fhir/ucum.h: products and quotients of the units
/// that laboratories use, with prefixes, powers, powers of ten and annotations. nullopt for everything else.
std::optional<SlowUnit> read_unit_slowly(std::string_view term);

}  // namespace coagwatch::fuzz
