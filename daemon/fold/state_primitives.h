#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "daemon/fold/bytes.h"
#include "rules/patient/patient_state.h"
#include "rules/values/decimal.h"
#include "rules/values/timestamp.h"

namespace coagwatch::daemon {

// What all changelog values have in common (state_format.md).

/// The second byte of a value.
enum class ValueKind : std::uint8_t { patient = 1, partition = 2 };

/// What begins every value.
struct ValueHead {
  std::uint8_t format = 0;  ///< that it was written in
  /// It may hold more than this program knows: behind the rest, and codes in what only explains.
  [[nodiscard]] bool is_later() const;
};

/// `understood_from`: the version that a reader must know.
void put_head(ByteWriter& out, ValueKind kind, std::uint8_t understood_from);
/// Reads it: what is wrong with it, or nothing.
std::optional<std::string> check_head(ByteReader& in, ValueKind kind, ValueHead& head);
/// Whether a value ends where it must.
inline bool is_whole(const ByteReader& in, const ValueHead& head) {
  return in.ok() && (in.at_end() || head.is_later());
}

void put_time(ByteWriter& out, rules::Timestamp time);
inline rules::Timestamp get_time(ByteReader& in) {
  switch (in.byte()) {
    case 1: {
      constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max() / 1'000'000;
      const std::int64_t seconds = in.signed_varint();
      return seconds > kLimit || seconds < -kLimit ? rules::Timestamp::none() : rules::Timestamp{seconds * 1'000'000};
    }
    case 2:
      return {in.signed_varint()};
    default:
      return rules::Timestamp::none();
  }
}

void put_decimal(ByteWriter& out, rules::Decimal value);
/// Sets `ok` to false where it is none that Decimal can hold.
inline rules::Decimal get_decimal(ByteReader& in, bool& ok) {
  const auto exponent = static_cast<std::int8_t>(in.byte());
  const std::int64_t coefficient = in.signed_varint();
  constexpr std::int64_t kLimit = 1'000'000'000'000'000'000;
  if (coefficient <= -kLimit || coefficient >= kLimit || exponent < -rules::Decimal::kMaxExponent ||
      exponent > rules::Decimal::kMaxExponent) {
    ok = false;
    return {};
  }
  return {coefficient, exponent};
}

/// A text into the state's buffer. Sets `ok` to false where it is longer than any that is kept.
inline rules::TextRef get_text(ByteReader& in, rules::PatientState& state, bool& ok) {
  const std::string_view text = in.text();
  if (text.size() > std::numeric_limits<std::uint16_t>::max()) {
    ok = false;
    return {};
  }
  const rules::TextRef ref{static_cast<std::uint32_t>(state.text.size()), static_cast<std::uint16_t>(text.size())};
  state.text.append(text);
  return ref;
}

}  // namespace coagwatch::daemon
