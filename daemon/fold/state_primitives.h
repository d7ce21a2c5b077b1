#pragma once

#include <cstdint>
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

void put_head(ByteWriter& out, ValueKind kind);
/// Reads it: what is wrong with it, or nothing.
std::optional<std::string> check_head(ByteReader& in, ValueKind kind, ValueHead& head);
/// Whether a value ends where it must.
inline bool is_whole(const ByteReader& in, const ValueHead& head) {
  return in.ok() && (in.at_end() || head.is_later());
}

void put_time(ByteWriter& out, rules::Timestamp time);
rules::Timestamp get_time(ByteReader& in);

void put_decimal(ByteWriter& out, rules::Decimal value);
/// Sets `ok` to false where it is none that Decimal can hold.
rules::Decimal get_decimal(ByteReader& in, bool& ok);

/// A text into the state's buffer. Sets `ok` to false where it is longer than any that is kept.
rules::TextRef get_text(ByteReader& in, rules::PatientState& state, bool& ok);

}  // namespace coagwatch::daemon
