#include "fhir/text_number.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "fhir/ascii.h"
#include "fhir/quantity.h"
#include "fhir/unit_signs.h"

namespace coagwatch::fhir {
namespace {

using rules::Interval;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

struct Words {
  std::string_view text;
  Comparator comparator;
};
// The longer ones first.
constexpr std::array kComparators = {Words{"<=", Comparator::less_or_equal},
                                     Words{">=", Comparator::greater_or_equal},
                                     Words{"<", Comparator::less},
                                     Words{">", Comparator::greater},
                                     Words{"less than or equal to", Comparator::less_or_equal},
                                     Words{"less than", Comparator::less},
                                     Words{"greater than or equal to", Comparator::greater_or_equal},
                                     Words{"greater than", Comparator::greater},
                                     Words{"more than", Comparator::greater}};
// Behind the number, in Japanese: or more, or less, below, above.
constexpr std::array kJapanese = {Words{"以上", Comparator::greater_or_equal}, Words{"以下", Comparator::less_or_equal},
                                  Words{"未満", Comparator::less}, Words{"超", Comparator::greater}};
constexpr std::array<std::string_view, 3> kDashes = {"-", "~", "to "};

struct Sign {
  std::string_view bytes;
  std::string_view plain;
};
// Signs around numbers that are no characters of units: comparisons, hyphens and dashes, the wave dash of Japan.
constexpr std::array kNumberSigns = {Sign{"\u2264", "<="}, Sign{"\u2265", ">="}, Sign{"\u2266", "<="},
                                     Sign{"\u2267", ">="}, Sign{"\u2a7d", "<="}, Sign{"\u2a7e", ">="},
                                     Sign{"\u2010", "-"},  Sign{"\u2011", "-"},  Sign{"\u2012", "-"},
                                     Sign{"\u2013", "-"},  Sign{"\u2014", "-"},  Sign{"\u301c", "~"}};
// Not what they look like: 1·5 is a number here and a product there.
constexpr std::array<std::string_view, 3> kMiddleDots = {"\u00b7", "\u22c5", "\u2219"};

void skip_space(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

bool starts_with_folded(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

Comparator take_comparator(std::string_view& text) {
  for (const Words& words : kComparators) {
    if (!starts_with_folded(text, words.text)) continue;
    text.remove_prefix(words.text.size());
    skip_space(text);
    return words.comparator;
  }
  return Comparator::none;
}

/// The same behind a number.
Comparator take_japanese(std::string_view& text) {
  const auto* const found = std::find_if(kJapanese.begin(), kJapanese.end(),
                                         [&](const Words& words) { return text.starts_with(words.text); });
  if (found == kJapanese.end()) return Comparator::none;
  text.remove_prefix(found->text.size());
  return found->comparator;
}

/// Length of the number at the beginning of `text`, with its exponent; `mantissa` is that without.
std::size_t number_length(std::string_view text, bool decimal_comma, std::size_t& mantissa) {
  std::size_t end = !text.empty() && text.front() == '-' ? 1 : 0;
  const auto belongs = [&](char c) { return is_digit(c) || c == '.' || (decimal_comma && c == ','); };
  while (end < text.size() && belongs(text[end])) ++end;
  mantissa = end;
  if (end == text.size() || lower(text[end]) != 'e') return end;
  std::size_t exponent = end + 1;
  if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
  const std::size_t digits = exponent;
  while (exponent < text.size() && is_digit(text[exponent])) ++exponent;
  return exponent > digits ? exponent : end;
}

/// The number where commas are decimal.
std::optional<Interval> parse_with_comma(std::string_view number, std::string_view mantissa) {
  const std::size_t comma = mantissa.find(',');
  const std::size_t point = mantissa.find('.');
  if (comma == std::string_view::npos) {
    if (point == std::string_view::npos) return rules::parse_enclosing(number);
    const std::string_view whole = mantissa.substr(0, point);
    const bool groups = mantissa.size() - point - 1 == 3 && whole != "0" && whole != "-0";
    return groups ? std::nullopt : rules::parse_enclosing(number);
  }
  if (point != std::string_view::npos) return std::nullopt;
  std::string with_point(number);
  with_point[comma] = '.';
  return rules::parse_enclosing(with_point);
}

/// Takes a number off the beginning of `text`.
std::optional<Interval> take_number(std::string_view& text, const NumberStyle& style) {
  std::size_t mantissa_length = 0;
  const std::size_t length = number_length(text, style.decimal_comma, mantissa_length);
  if (length > style.max_length) return std::nullopt;
  const std::string_view number = text.substr(0, length);
  const std::string_view mantissa = text.substr(0, mantissa_length);
  if (length > mantissa_length && (mantissa == "1" || mantissa == "10")) return std::nullopt;
  const auto value = style.decimal_comma ? parse_with_comma(number, mantissa) : rules::parse_enclosing(number);
  if (value) text.remove_prefix(length);
  return value;
}

bool take_dash(std::string_view& text) {
  std::string_view rest = text;
  skip_space(rest);
  const auto* const dash =
      std::find_if(kDashes.begin(), kDashes.end(), [&](std::string_view d) { return starts_with_folded(rest, d); });
  if (dash == kDashes.end()) return false;
  rest.remove_prefix(dash->size());
  skip_space(rest);
  if (rest.empty() || !is_digit(rest.front())) return false;
  text = rest;
  return true;
}

/// Takes the first character off `text`.
std::string_view take_plain(std::string_view& text) {
  const auto* const known = std::find_if(kNumberSigns.begin(), kNumberSigns.end(),
                                         [&](const Sign& sign) { return text.starts_with(sign.bytes); });
  if (known != kNumberSigns.end()) {
    text.remove_prefix(known->bytes.size());
    return known->plain;
  }
  const std::string_view before = text;
  const PlainSign sign = take_sign(text);
  const std::string_view bytes = before.substr(0, before.size() - text.size());
  const bool dot = std::find(kMiddleDots.begin(), kMiddleDots.end(), bytes) != kMiddleDots.end();
  return sign.superscript || dot ? bytes : sign.text;
}

}  // namespace

TextNumber read_text_number(std::string_view text, const NumberStyle& style) {
  TextNumber reading;
  reading.has_digit = std::any_of(text.begin(), text.end(), is_digit);
  text = trimmed(text);
  Comparator comparator = take_comparator(text);
  const auto first = take_number(text, style);
  if (!first) return reading;
  if (const Comparator behind = take_japanese(text); behind != Comparator::none) {
    if (comparator != Comparator::none) return reading;
    comparator = behind;
  }
  reading.value = with_comparator(comparator, *first);
  if (take_dash(text)) {
    const auto second = take_number(text, style);
    if (!second || comparator != Comparator::none) return reading;
    reading.value.high = second->high;
    reading.value.high_open = second->high_open;
    if (reading.value.is_empty()) return reading;
  }
  reading.rest = trimmed(text);
  reading.parsed = true;
  return reading;
}

std::string_view plain_form(std::string_view text, TextArena& arena) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return text;
  std::string plain;
  while (!text.empty()) plain.append(take_plain(text));
  return arena.join({plain});
}

}  // namespace coagwatch::fhir
