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

void put_head(ByteWriter& out, ValueKind kind);
/// Checks the two bytes that begin every value: what is wrong with them, or nothing.
std::optional<std::string> check_head(ByteReader& in, ValueKind kind);

void put_time(ByteWriter& out, rules::Timestamp time);
rules::Timestamp get_time(ByteReader& in);

void put_decimal(ByteWriter& out, rules::Decimal value);
/// Sets `ok` to false where it is none that Decimal can hold.
rules::Decimal get_decimal(ByteReader& in, bool& ok);

/// A text into the state's buffer. Sets `ok` to false where it is longer than any that is kept.
rules::TextRef get_text(ByteReader& in, rules::PatientState& state, bool& ok);

}  // namespace coagwatch::daemon
