#include "rules/values/decimal_text.h"

#include <cstddef>

#include "rules/values/decimal.h"
#include "rules/values/wide_int.h"

namespace coagwatch::rules {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Where exponents stop being counted exactly: far outside the range, far inside an int64.
constexpr std::int64_t kExponentSaturation = 1'000'000'000;

/// Walks the text once; each step says whether the grammar still holds.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool read() {
    negative = take('-');
    return integer_part() && fraction_part() && exponent_part() && at_ == text_.size();
  }

  bool negative = false;
  bool cut = false;
  std::int64_t coefficient = 0;
  std::int64_t exponent = 0;

 private:
  [[nodiscard]] bool digit_ahead() const { return at_ < text_.size() && is_digit(text_[at_]); }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // A digit that no longer fits is remembered only as "something was cut"; a cut zero is no loss.
  bool keep(char digit) {
    if (kept_ == Decimal::kMaxDigits) {
      cut = cut || digit != '0';
      return false;
    }
    coefficient = coefficient * 10 + (digit - '0');
    if (coefficient != 0) ++kept_;
    return true;
  }

  bool integer_part() {
    if (take('0')) return true;
    if (!digit_ahead()) return false;
    for (; digit_ahead(); ++at_) {
      if (!keep(text_[at_])) ++exponent;
    }
    return true;
  }

  bool fraction_part() {
    if (!take('.')) return true;
    if (!digit_ahead()) return false;
    for (; digit_ahead(); ++at_) {
      if (keep(text_[at_])) --exponent;
    }
    return true;
  }

  bool exponent_part() {
    if (!take('e') && !take('E')) return true;
    const bool minus = take('-');
    if (!minus) take('+');
    if (!digit_ahead()) return false;
    std::int64_t written = 0;
    for (; digit_ahead(); ++at_) {
      written = written * 10 + (text_[at_] - '0');
      if (written > kExponentSaturation) written = kExponentSaturation;
    }
    exponent += minus ? -written : written;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int kept_ = 0;
};

}  // namespace

std::optional<DecimalText> read_decimal_text(std::string_view text) {
  Reader reader(text);
  if (!reader.read()) return std::nullopt;
  DecimalText result{reader.negative, reader.coefficient, 0, reader.cut};
  std::int64_t exponent = reader.exponent;
  if (result.coefficient == 0) {
    if (exponent > 0) exponent = 0;
    if (exponent < -Decimal::kMaxExponent) exponent = -Decimal::kMaxExponent;
    result.exponent = static_cast<int>(exponent);
    return result;
  }
  const auto coefficient = static_cast<Uint128>(result.coefficient);
  const std::int64_t leading = exponent + digit_count(coefficient) - 1;
  if (leading > Decimal::kMaxExponent || leading < -Decimal::kMaxExponent) return std::nullopt;
  if (exponent < -Decimal::kMaxExponent) {
    const Uint128 divisor = power_of_ten(static_cast<int>(-Decimal::kMaxExponent - exponent));
    result.cut = result.cut || coefficient % divisor != 0;
    result.coefficient = static_cast<std::int64_t>(coefficient / divisor);
    exponent = -Decimal::kMaxExponent;
  }
  result.exponent = static_cast<int>(exponent);
  return result;
}

}  // namespace coagwatch::rules
