#include "fhir/ucum.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace coagwatch::fhir {
namespace {

using Scale = UcumUnit::Scale;

struct Prefix {
  std::string_view code;
  int exponent;
};
constexpr std::array kPrefixes = {Prefix{"Y", 24},  Prefix{"Z", 21},  Prefix{"E", 18},  Prefix{"P", 15},
                                  Prefix{"T", 12},  Prefix{"G", 9},   Prefix{"M", 6},   Prefix{"k", 3},
                                  Prefix{"h", 2},   Prefix{"da", 1},  Prefix{"d", -1},  Prefix{"c", -2},
                                  Prefix{"m", -3},  Prefix{"u", -6},  Prefix{"n", -9},  Prefix{"p", -12},
                                  Prefix{"f", -15}, Prefix{"a", -18}, Prefix{"z", -21}, Prefix{"y", -24}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool ends_symbol(char c) {
  return is_digit(c) || c == '.' || c == '/' || c == '(' || c == ')' || c == '{' || c == '}' || c == '+' || c == '-' ||
         c == ']' || c <= ' ';
}

}  // namespace

/// One reading of one term, from left to right. Multiplication and division commute, so parentheses need only remember
/// which sign of exponents is in force around them.
class UcumReader {
 public:
  UcumReader(const Ucum& ucum, std::string_view term) : ucum_(ucum), rest_(term) {}

  std::optional<UcumUnit> read() {
    if (rest_.empty() || rest_.size() > Ucum::kMaxLength) return std::nullopt;
    for (int sign = take('/') ? -1 : 1;;) {
      if (!open(sign) || !component(sign * around_) || !close()) return std::nullopt;
      if (rest_.empty()) break;
      sign = take('.') ? 1 : -1;
      if (sign < 0 && !take('/')) return std::nullopt;
    }
    if (depth_ != 0) return std::nullopt;
    // A temperature scale has its zero only where it stands alone.
    if (unit_.scale == Scale::offset && !alone_) unit_.scale = Scale::nonlinear;
    return unit_;
  }

 private:
  bool open(int& sign) {
    while (take('(')) {
      if (depth_ == Ucum::kMaxDepth) return false;
      outside_[depth_++] = around_;
      around_ *= sign;
      sign = 1;
    }
    return true;
  }
  bool close() {
    while (take(')')) {
      if (depth_ == 0) return false;
      around_ = outside_[--depth_];
      // Not in UCUM's grammar, but in `g/(8.h){shift}` of the value set; an annotation never changes the meaning.
      bool annotated = false;
      if (!annotations(annotated)) return false;
    }
    return true;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// A factor or a unit with its exponent, and annotations; or annotations alone, which are the unit 1.
  bool component(int sign) {
    if (!first_) alone_ = false;
    first_ = false;
    bool found = false;
    if (!rest_.empty() && is_digit(rest_.front()) && !is_power_of_ten()) {
      if (!integer(sign)) return false;
      found = true;
    } else if (const std::string_view symbol = take_symbol(); !symbol.empty()) {
      int exponent = 1;
      if (!read_exponent(exponent) || !apply(symbol, sign * exponent)) return false;
      found = true;
    }
    return annotations(found) && found;
  }

  /// Skips annotations; false for one that does not end. `found` is set if there is one.
  bool annotations(bool& found) {
    for (; take('{'); found = true) {
      const std::size_t end = rest_.find_first_of("{}");
      if (end == std::string_view::npos || rest_[end] == '{') return false;
      rest_.remove_prefix(end + 1);
    }
    return true;
  }

  [[nodiscard]] bool is_power_of_ten() const { return rest_.starts_with("10*") || rest_.starts_with("10^"); }

  bool integer(int sign) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc() || number <= 0 || number >= 1'000'000'000) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    multiply(ExactRatio::of(rules::Decimal::of(number)), sign);
    return true;
  }

  /// The characters of a unit with its prefix; what stands in brackets is part of it.
  std::string_view take_symbol() {
    std::size_t length = is_power_of_ten() ? 3 : 0;
    while (length != 3 || !is_power_of_ten()) {
      if (length >= rest_.size() || ends_symbol(rest_[length])) break;
      const std::size_t end = rest_[length] == '[' ? rest_.find(']', length) : length;
      if (end == std::string_view::npos) return {};
      length = end + 1;
    }
    const std::string_view symbol = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return symbol;
  }

  /// Leaves `exponent` as it is where none is written; false for one that is too large, or zero.
  bool read_exponent(int& exponent) {
    if (rest_.empty() || (!is_digit(rest_.front()) && rest_.front() != '+' && rest_.front() != '-')) return true;
    const bool negative = rest_.front() == '-';
    if (!is_digit(rest_.front())) rest_.remove_prefix(1);
    std::size_t digits = 0;
    for (exponent = 0; digits < rest_.size() && is_digit(rest_[digits]); ++digits) {
      if (digits == 2) return false;
      exponent = exponent * 10 + (rest_[digits] - '0');
    }
    rest_.remove_prefix(digits);
    if (negative) exponent = -exponent;
    return digits != 0 && exponent != 0;
  }

  /// The unit of that symbol, and the power of ten of its prefix; nullptr if there is none.
  const UcumUnit* find(std::string_view symbol, int& power_of_ten) const {
    auto at = ucum_.atoms_.find(symbol);
    if (at != ucum_.atoms_.end()) return &at->second.unit;
    for (const Prefix& prefix : kPrefixes) {
      if (!symbol.starts_with(prefix.code)) continue;
      at = ucum_.atoms_.find(symbol.substr(prefix.code.size()));
      if (at == ucum_.atoms_.end() || !at->second.metric) continue;
      power_of_ten = prefix.exponent;
      return &at->second.unit;
    }
    return nullptr;
  }

  bool apply(std::string_view symbol, int exponent) {
    int power_of_ten = 0;
    const UcumUnit* unit = find(symbol, power_of_ten);
    if (unit == nullptr) return false;
    for (std::size_t i = 0; i < UcumUnit::kMaxDimensions; ++i) {
      if (unit->dimension[i] == 0) continue;
      const int sum = unit_.dimension[i] + unit->dimension[i] * exponent;
      if (std::abs(sum) > INT8_MAX) return false;
      unit_.dimension[i] = static_cast<std::int8_t>(sum);
    }
    unit_.scale = std::max(unit_.scale, unit->scale);
    if (unit->scale == Scale::offset) unit_.offset = unit->offset;
    if (exponent != 1 || power_of_ten != 0) alone_ = false;
    multiply(unit->factor, exponent);
    if (power_of_ten != 0) multiply(ExactRatio::power_of_ten(power_of_ten), exponent);
    return true;
  }

  void multiply(const std::optional<ExactRatio>& factor, int exponent) {
    const auto power = factor ? factor->power(exponent) : std::nullopt;
    const auto product = power ? unit_.factor.times(*power) : std::nullopt;
    if (product) {
      unit_.factor = *product;
    } else {
      unit_.scale = std::max(unit_.scale, Scale::inexact);
    }
  }

  const Ucum& ucum_;
  std::string_view rest_;
  UcumUnit unit_;
  std::array<int, Ucum::kMaxDepth> outside_{};
  std::size_t depth_ = 0;
  int around_ = 1;
  bool first_ = true;
  bool alone_ = true;
};

bool UcumUnit::dimensionless() const {
  return std::all_of(dimension.begin(), dimension.end(), [](std::int8_t exponent) { return exponent == 0; });
}

std::optional<UcumUnit> Ucum::parse(std::string_view term) const { return UcumReader(*this, term).read(); }

std::optional<ExactRatio> ratio(const UcumUnit& from, const UcumUnit& to) {
  if (from.dimension != to.dimension) return std::nullopt;
  if (from.scale != Scale::ratio || to.scale != Scale::ratio) return std::nullopt;
  return from.factor.times(to.factor.inverse());
}

}  // namespace coagwatch::fhir
