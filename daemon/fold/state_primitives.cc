#include "daemon/fold/state_primitives.h"

#include "daemon/fold/state_codec.h"

namespace coagwatch::daemon {

using rules::Decimal;
using rules::Timestamp;

bool ValueHead::is_later() const { return format > kStateFormat; }

void put_head(ByteWriter& out, ValueKind kind, std::uint8_t understood_from) {
  out.byte(kStateFormat);
  out.byte(static_cast<std::uint8_t>(kind));
  out.byte(understood_from);
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

void put_decimal(ByteWriter& out, Decimal value) {
  out.byte(static_cast<std::uint8_t>(static_cast<std::int8_t>(value.exponent())));
  out.signed_varint(value.coefficient());
}

}  // namespace coagwatch::daemon
