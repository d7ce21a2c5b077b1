#include "tests/fuzz/second_units.h"

#include <cmath>

namespace coagwatch::fuzz {
namespace {

struct Named {
  std::string_view name;
  long double factor;
  std::array<int, 5> dimension{};
  bool metric = false;
};

// By their definitions in UCUM (tables 2 to 6 of its specification).
constexpr std::array<Named, 15> kUnits = {{{"m", 1, {1}, true},
                                           {"g", 1, {0, 1}, true},
                                           {"s", 1, {0, 0, 1}, true},
                                           {"mol", 1, {0, 0, 0, 1}, true},
                                           {"[iU]", 1, {0, 0, 0, 0, 1}, true},
                                           {"[IU]", 1, {0, 0, 0, 0, 1}, true},
                                           {"L", 1e-3L, {3}, true},
                                           {"l", 1e-3L, {3}, true},
                                           {"%", 1e-2L, {}, false},
                                           {"min", 60, {0, 0, 1}, false},
                                           {"h", 3600, {0, 0, 1}, false},
                                           {"d", 86400, {0, 0, 1}, false},
                                           {"Pa", 1e3L, {-1, 1, -2}, true},
                                           {"m[Hg]", 133.322e6L, {-1, 1, -2}, true},
                                           {"U", 1e-6L / 60, {0, 0, -1, 1}, true}}};
constexpr std::array<Named, 13> kPrefixes = {{{"k", 1e3L},
                                              {"h", 1e2L},
                                              {"da", 1e1L},
                                              {"d", 1e-1L},
                                              {"c", 1e-2L},
                                              {"m", 1e-3L},
                                              {"u", 1e-6L},
                                              {"n", 1e-9L},
                                              {"p", 1e-12L},
                                              {"f", 1e-15L},
                                              {"M", 1e6L},
                                              {"G", 1e9L},
                                              {"T", 1e12L}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void multiply(SlowUnit& unit, const SlowUnit& by, int power) {
  for (std::size_t i = 0; i < unit.dimension.size(); ++i) unit.dimension[i] += power * by.dimension[i];
  unit.factor *= std::pow(by.factor, static_cast<long double>(power));
}

/// Takes a term apart from the left. Whatever it does not know ends it.
class Reader {
 public:
  explicit Reader(std::string_view term) : rest_(term) {}

  std::optional<SlowUnit> read() {
    SlowUnit unit;
    if (!read_term(unit) || !rest_.empty()) return std::nullopt;
    return unit;
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool read_term(SlowUnit& unit) {
    int sign = take('/') ? -1 : 1;
    for (;;) {
      if (!read_component(unit, sign)) return false;
      if (take('.')) {
        sign = 1;
      } else if (take('/')) {
        sign = -1;
      } else {
        return true;
      }
    }
  }
  bool read_component(SlowUnit& unit, int sign) {
    SlowUnit one;
    if (take('(')) {
      if (!read_term(one) || !take(')')) return false;
    } else if (rest_.starts_with("10*") || rest_.starts_with("10^")) {
      rest_.remove_prefix(3);
      const std::optional<int> power = read_power();
      one.factor = std::pow(10.0L, static_cast<long double>(power.value_or(1)));
    } else if (!rest_.empty() && is_digit(rest_.front())) {
      one.factor = 0;
      std::size_t digits = 0;
      for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), ++digits) {
        one.factor = one.factor * 10 + (rest_.front() - '0');
      }
      if (digits > 9 || one.factor == 0) return false;
    } else if (!read_symbol(one)) {
      return skip_annotation();
    } else if (const std::optional<int> power = read_power()) {
      SlowUnit raised;
      multiply(raised, one, *power);
      one = raised;
    }
    skip_annotation();
    multiply(unit, one, sign);
    return true;
  }
  /// `{FEU}`; false if there is none.
  bool skip_annotation() {
    if (rest_.empty() || rest_.front() != '{') return false;
    const std::size_t end = rest_.find('}');
    if (end == std::string_view::npos || rest_.substr(1, end - 1).find('{') != std::string_view::npos) return false;
    rest_.remove_prefix(end + 1);
    return true;
  }
  std::optional<int> read_power() {
    std::string_view digits = rest_;
    const bool minus = !digits.empty() && digits.front() == '-';
    if (!digits.empty() && (minus || digits.front() == '+')) digits.remove_prefix(1);
    if (digits.empty() || !is_digit(digits.front())) return std::nullopt;
    int power = 0;
    for (; !digits.empty() && is_digit(digits.front()) && power < 100; digits.remove_prefix(1)) {
      power = power * 10 + (digits.front() - '0');
    }
    rest_ = digits;
    return minus ? -power : power;
  }
  bool read_symbol(SlowUnit& unit) {
    // Up to the next operator, sign or digit; brackets may hold anything.
    std::size_t end = 0;
    for (bool bracket = false; end < rest_.size(); ++end) {
      const char c = rest_[end];
      if (c == '[') bracket = true;
      if (c == ']') bracket = false;
      const bool ends = c == '/' || c == '.' || c == '(' || c == ')' || c == '{' || c == '+' || c == '-' || is_digit(c);
      if (!bracket && ends) break;
    }
    const std::string_view symbol = rest_.substr(0, end);
    for (const Named& known : kUnits) {
      if (known.name == symbol) return take_symbol(symbol, known, 1, unit);
    }
    for (const Named& prefix : kPrefixes) {
      if (!symbol.starts_with(prefix.name)) continue;
      for (const Named& known : kUnits) {
        if (!known.metric || known.name != symbol.substr(prefix.name.size())) continue;
        return take_symbol(symbol, known, prefix.factor, unit);
      }
    }
    return false;
  }
  bool take_symbol(std::string_view symbol, const Named& known, long double prefix, SlowUnit& unit) {
    rest_.remove_prefix(symbol.size());
    unit.dimension = known.dimension;
    unit.factor = prefix * known.factor;
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<SlowUnit> read_unit_slowly(std::string_view term) {
  if (term.empty()) return std::nullopt;
  return Reader(term).read();
}

}  // namespace coagwatch::fuzz
