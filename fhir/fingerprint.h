#pragma once

#include <cstdint>
#include <string_view>

namespace coagwatch::fhir {

/// 64 bits that stand for two texts, in the changelog too: the same on every machine, for ever. Never 0. Not made
/// against people who look for two texts with one fingerprint.
std::uint64_t fingerprint_of(std::string_view first, std::string_view second);

}  // namespace coagwatch::fhir
