#include "fhir/utf8.h"

#include <cstddef>

namespace coagwatch::fhir {
namespace {

using Byte = unsigned char;

/// What the first byte of a sequence demands: its length (0: it cannot begin one) and the range of the second byte.
struct Lead {
  std::size_t length;
  Byte low;
  Byte high;
};

Lead lead_of(Byte first) {
  constexpr Byte kLow = 0x80;
  constexpr Byte kHigh = 0xBF;
  if (first < 0x80) return {1, 0, 0};
  if (first >= 0xC2 && first <= 0xDF) return {2, kLow, kHigh};
  if (first == 0xE0) return {3, 0xA0, kHigh};
  if (first == 0xED) return {3, kLow, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {3, kLow, kHigh};
  if (first == 0xF0) return {4, 0x90, kHigh};
  if (first >= 0xF1 && first <= 0xF3) return {4, kLow, kHigh};
  if (first == 0xF4) return {4, kLow, 0x8F};
  return {0, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
  std::size_t at = 0;
  const auto byte = [&](std::size_t i) { return static_cast<Byte>(text[i]); };
  while (at < text.size()) {
    const Lead lead = lead_of(byte(at));
    if (lead.length == 0 || text.size() - at < lead.length) return false;
    if (lead.length > 1 && (byte(at + 1) < lead.low || byte(at + 1) > lead.high)) return false;
    for (std::size_t i = 2; i < lead.length; ++i) {
      if ((byte(at + i) & 0xC0U) != 0x80) return false;
    }
    at += lead.length;
  }
  return true;
}

}  // namespace coagwatch::fhir
