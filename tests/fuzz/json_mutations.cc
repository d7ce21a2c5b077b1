#include "tests/fuzz/json_mutations.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>

namespace coagwatch::fuzz {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

constexpr std::array<std::string_view, 34> kConstants = {"null",
                                                         "true",
                                                         "\"\"",
                                                         "[]",
                                                         "{}",
                                                         "[null]",
                                                         "[[]]",
                                                         "[\"x\",{}]",
                                                         "{\"a\":null}",
                                                         "0",
                                                         "-1",
                                                         "1.50",
                                                         "1e400",
                                                         "-0.0",
                                                         "12345678901234567890.123456789",
                                                         "1E-60",
                                                         "\"5\"",
                                                         "\"\\u0000\"",
                                                         "\"\\ud83d\\ude00\"",
                                                         "\"\\udc00\"",
                                                         "\"#\"",
                                                         "\"#p\"",
                                                         "\"Patient/Zq7\"",
                                                         "\"Zq7\"",
                                                         "\"urn:uuid:1\"",
                                                         "\"Patient?identifier=a|Zq7\"",
                                                         "\"<5\"",
                                                         "\"2026-01-02T08:00:00Z\"",
                                                         "\"2026-01-02\"",
                                                         "\"entered-in-error\"",
                                                         "{\"reference\":\"Patient/17\"}",
                                                         "{\"value\":45,\"unit\":\"10*9/L\"}",
                                                         "{\"coding\":[{\"code\":\"777-3\"}]}",
                                                         "\"Bundle\""};

std::size_t skip_space(std::string_view json, std::size_t at) {
  return std::min(json.find_first_not_of(kSpace, at), json.size());
}

/// Behind the string that begins at `at`.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size(); ++at) {
    if (json[at] == '\\') {
      ++at;
    } else if (json[at] == '"') {
      return at + 1;
    }
  }
  return json.size();
}

std::string replaced(std::string_view json, std::size_t begin, std::size_t end, std::string_view with) {
  return std::string(json.substr(0, begin)).append(with).append(json.substr(end));
}

std::string_view text_of(std::string_view json, const JsonSpan& span) {
  return json.substr(span.begin, span.end - span.begin);
}
std::string_view member_of(std::string_view json, const JsonSpan& span) {
  return json.substr(span.key_begin, span.end - span.key_begin);
}

/// Without the element, and without one of the commas beside it.
std::string without(std::string_view json, const JsonSpan& span) {
  std::size_t begin = span.key_begin;
  std::size_t end = skip_space(json, span.end);
  if (end < json.size() && json[end] == ',') {
    ++end;
  } else {
    const std::size_t before = json.find_last_not_of(kSpace, begin == 0 ? 0 : begin - 1);
    if (begin > 0 && before != std::string_view::npos && json[before] == ',') begin = before;
  }
  return replaced(json, begin, end, "");
}

std::string exchanged(std::string_view json, const std::vector<JsonSpan>& spans, Random& random, bool members_only) {
  const JsonSpan first = spans[random.below(spans.size())];
  std::vector<const JsonSpan*> others;
  for (const JsonSpan& span : spans) {
    if (span.parent == first.parent && span.begin != first.begin) others.push_back(&span);
  }
  if (others.empty() || (members_only && first.key_begin == first.begin)) return {};
  const JsonSpan* left = &first;
  const JsonSpan* right = others[random.below(others.size())];
  if (right->begin < left->begin) std::swap(left, right);
  std::string made(json.substr(0, left->key_begin));
  made.append(member_of(json, *right)).append(json.substr(left->end, right->key_begin - left->end));
  return made.append(member_of(json, *left)).append(json.substr(right->end));
}

/// One character of a string, of a key too, as `\u00xx`.
std::string escaped(std::string_view json, const std::vector<JsonSpan>& spans, Random& random) {
  const JsonSpan& span = spans[random.below(spans.size())];
  const bool key = span.key_begin != span.begin && random.below(2) == 0;
  const std::size_t begin = key ? span.key_begin : span.begin;
  if (json[begin] != '"') return {};
  const std::size_t end = end_of_string(json, begin);
  if (end < begin + 3) return {};
  const std::size_t at = begin + 1 + random.below(end - begin - 2);
  const auto byte = static_cast<unsigned char>(json[at]);
  const std::string_view inside = json.substr(begin, end - begin);
  if (byte < 0x20 || byte >= 0x7F || inside.find('\\') != std::string_view::npos) return {};
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), random.below(2) == 0 ? "\\u%04x" : "\\u%04X", unsigned{byte});
  return replaced(json, at, at + 1, escape.data());
}

std::string spaced(std::string_view json, const std::vector<JsonSpan>& spans, Random& random) {
  const JsonSpan& span = spans[random.below(spans.size())];
  constexpr std::array<std::string_view, 4> kGaps = {" ", "\n", "\t\r\n", "                 "};
  const std::size_t at = random.below(2) == 0 ? span.key_begin : span.end;
  return replaced(json, at, at, kGaps[random.below(kGaps.size())]);
}

std::string nested(std::string_view json, const JsonSpan& span, Random& random) {
  const std::size_t levels = random.below(3) == 0 ? 60 + random.below(10) : 1 + random.below(3);
  const bool objects = random.below(2) == 0;
  std::string value;
  for (std::size_t i = 0; i < levels; ++i) value += objects ? "{\"value\":" : "[";
  value += text_of(json, span);
  for (std::size_t i = 0; i < levels; ++i) value += objects ? "}" : "]";
  return replaced(json, span.begin, span.end, value);
}

/// Reads the values of a text, one character after the other.
class Scanner {
 public:
  explicit Scanner(std::string_view json) : json_(json) {}

  std::vector<JsonSpan> scan() {
    for (std::size_t at = 0; at < json_.size();) at = step(at);
    for (const std::int32_t open : open_) spans_[static_cast<std::size_t>(open)].end = json_.size();
    return std::move(spans_);
  }

 private:
  std::size_t step(std::size_t at) {
    const char c = json_[at];
    if (c == '{' || c == '[') {
      const std::int32_t span = add(at, at);
      open_.push_back(span);
      return at + 1;
    }
    if (c == '}' || c == ']') {
      if (!open_.empty()) {
        spans_[static_cast<std::size_t>(open_.back())].end = at + 1;
        open_.pop_back();
      }
      return at + 1;
    }
    if (c == '"') {
      const std::size_t end = end_of_string(json_, at);
      const std::size_t colon = skip_space(json_, end);
      if (colon < json_.size() && json_[colon] == ':') {
        key_ = at;
        return colon + 1;
      }
      add(at, end);
      return end;
    }
    if (kSpace.find(c) != std::string_view::npos || c == ',' || c == ':') return at + 1;
    const std::size_t end = std::min(json_.find_first_of(" \t\r\n,:{}[]\"", at), json_.size());
    add(at, end);
    return end;
  }
  std::int32_t add(std::size_t begin, std::size_t end) {
    spans_.push_back({begin, end, key_.value_or(begin), open_.empty() ? -1 : open_.back()});
    key_.reset();
    return static_cast<std::int32_t>(spans_.size() - 1);
  }

  std::string_view json_;
  std::vector<JsonSpan> spans_;
  std::vector<std::int32_t> open_;
  std::optional<std::size_t> key_;  // where the key of the next value begins
};

}  // namespace

std::vector<JsonSpan> json_spans(std::string_view json) { return Scanner(json).scan(); }

std::string mutated_json(std::string_view json, Random& random) {
  const std::vector<JsonSpan> spans = json_spans(json);
  if (spans.empty()) return {};
  const JsonSpan& span = spans[random.below(spans.size())];
  const JsonSpan& other = spans[random.below(spans.size())];
  switch (random.below(11)) {
    case 0:
      return without(json, span);
    case 1:
      return replaced(json, span.end, span.end, "," + std::string(member_of(json, span)));
    case 2:
      return replaced(json, span.end, span.end, "," + std::string(member_of(json, other)));
    case 3:
      return replaced(json, span.begin, span.end, text_of(json, other));
    case 4:
    case 5:
      return replaced(json, span.begin, span.end, kConstants[random.below(kConstants.size())]);
    case 6:
      return exchanged(json, spans, random, false);
    case 7:
      return nested(json, span, random);
    case 8:
      return escaped(json, spans, random);
    case 9:
      return spaced(json, spans, random);
    default:
      // Its own key with another's value before it.
      return replaced(json, span.key_begin, span.key_begin,
                      std::string(json.substr(span.key_begin, span.begin - span.key_begin))
                          .append(text_of(json, other))
                          .append(","));
  }
}

std::string rewritten_json(std::string_view json, Random& random) {
  const std::vector<JsonSpan> spans = json_spans(json);
  std::string made;
  switch (random.below(3)) {
    case 0:
      made = exchanged(json, spans, random, true);
      break;
    case 1:
      made = escaped(json, spans, random);
      break;
    default:
      made = spaced(json, spans, random);
  }
  return made.empty() ? std::string(json) : made;
}

}  // namespace coagwatch::fuzz
