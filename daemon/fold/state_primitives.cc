#include "daemon/fold/state_primitives.h"

#include <limits>

#include "daemon/fold/state_codec.h"

namespace coagwatch::daemon {

using rules::Decimal;
using rules::Timestamp;

bool ValueHead::is_later() const { return format > kStateFormat; }

void put_head(ByteWriter& out, ValueKind kind) {
  out.byte(kStateFormat);
  out.byte(static_cast<std::uint8_t>(kind));
  out.byte(kUnderstoodFrom);
}

std::optional<std::string> check_head(ByteReader& in, ValueKind kind, ValueHead& head) {
  head.format = in.byte();
  if (!in.ok()) return "empty changelog value";
  const std::uint8_t found = in.byte();
  // Format 2 did not say it.
  const std::uint8_t asks_for = head.format > kOldestFormat ? in.byte() : head.format;
  if (!in.ok()) return "changelog value without a beginning";
  if (head.format < kOldestFormat || asks_for > kStateFormat) {
    return "changelog format " + std::to_string(head.format) + ", which asks for a reader of format " +
           std::to_string(asks_for) + ", is not known to this version, which reads formats " +
           std::to_string(kOldestFormat) + " to " + std::to_string(kStateFormat);
  }
  if (found != static_cast<std::uint8_t>(kind)) return "changelog value of another kind than its key";
  return std::nullopt;
}

// Most times are whole seconds, which need 20 bits less.
void put_time(ByteWriter& out, Timestamp time) {
  constexpr std::int64_t kSecond = 1'000'000;
  if (!time.known()) {
    out.byte(0);
  } else if (time.micros % kSecond == 0) {
    out.byte(1);
    out.signed_varint(time.micros / kSecond);
  } else {
    out.byte(2);
    out.signed_varint(time.micros);
  }
}

Timestamp get_time(ByteReader& in) {
  switch (in.byte()) {
    case 1: {
      constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max() / 1'000'000;
      const std::int64_t seconds = in.signed_varint();
      return seconds > kLimit || seconds < -kLimit ? Timestamp::none() : Timestamp{seconds * 1'000'000};
    }
    case 2:
      return {in.signed_varint()};
    default:
      return Timestamp::none();
  }
}

void put_decimal(ByteWriter& out, Decimal value) {
  out.byte(static_cast<std::uint8_t>(static_cast<std::int8_t>(value.exponent())));
  out.signed_varint(value.coefficient());
}

Decimal get_decimal(ByteReader& in, bool& ok) {
  const auto exponent = static_cast<std::int8_t>(in.byte());
  const std::int64_t coefficient = in.signed_varint();
  constexpr std::int64_t kLimit = 1'000'000'000'000'000'000;
  if (coefficient <= -kLimit || coefficient >= kLimit || exponent < -Decimal::kMaxExponent ||
      exponent > Decimal::kMaxExponent) {
    ok = false;
    return {};
  }
  return {coefficient, exponent};
}

rules::TextRef get_text(ByteReader& in, rules::PatientState& state, bool& ok) {
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
