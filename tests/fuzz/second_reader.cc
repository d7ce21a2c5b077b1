#include "tests/fuzz/second_reader.h"

#include <algorithm>
#include <array>
#include <string>

#include "tests/fuzz/second_walk.h"

namespace coagwatch::fuzz {
namespace {

using Outcome = SecondReader::Outcome;

/// Whether more than `most` brackets are open at once before `end`, those in strings left out.
bool deeper_than(std::uint32_t most, std::string_view json, std::size_t end) {
  std::uint32_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < std::min(end, json.size()); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > most) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

/// Where the first escape stands that is one half of a surrogate pair alone; the end where there is none.
std::size_t lone_surrogate(std::string_view json) {
  const auto unit_at = [&](std::size_t at) -> unsigned {
    if (json.substr(at, 2) != "\\u" || json.size() < at + 6) return 0;
    const std::string digits(json.substr(at + 2, 4));
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return 0;
    return static_cast<unsigned>(std::stoul(digits, nullptr, 16));
  };
  for (std::size_t at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at)) {
    const unsigned unit = unit_at(at);
    if (unit < 0xD800 || unit > 0xDFFF) {
      at += 2;
      continue;
    }
    const unsigned next = unit_at(at + 6);
    if (unit > 0xDBFF || next < 0xDC00 || next > 0xDFFF) return at;
    at += 12;
  }
  return json.size();
}

}  // namespace

struct SecondReader::Trees {
  rapidjson::Document typed, text;
  [[nodiscard]] Json root() const { return {&typed, &text}; }
};

SecondReader::SecondReader(std::uint32_t max_depth) : max_depth_(max_depth) {}
SecondReader::~SecondReader() = default;

Outcome SecondReader::parse(std::string_view bytes) {
  if (bytes != parsed_) {
    parsed_.assign(bytes);
    outcome_ = parse_anew(bytes);
  }
  return outcome_;
}

Outcome SecondReader::parse_anew(std::string_view bytes) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (bytes.substr(0, 3) == kByteOrderMark) bytes = bytes.substr(3);
  if (bytes.empty()) return Outcome::malformed;
  if (!is_utf8_slowly(bytes)) return Outcome::invalid_utf8;
  if (bytes.find('\0') != std::string_view::npos) return Outcome::malformed;
  trees_ = std::make_unique<Trees>();
  const std::string json(bytes);
  trees_->text.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(json.c_str());
  const bool wrong = trees_->text.HasParseError();
  const std::size_t lone = lone_surrogate(json);
  const std::size_t end = std::min(lone, wrong ? trees_->text.GetErrorOffset() : json.size());
  if (deeper_than(max_depth_, json, end)) return Outcome::too_deep;
  if (lone == end && lone < json.size()) return Outcome::malformed;
  if (wrong) {
    const bool is_number = trees_->text.GetParseError() == rapidjson::kParseErrorNumberTooBig;
    return is_number ? Outcome::number_too_large : Outcome::malformed;
  }
  trees_->typed.Parse<rapidjson::kParseIterativeFlag>(json.c_str());
  if (trees_->typed.HasParseError()) return Outcome::number_too_large;
  return trees_->typed.IsObject() ? Outcome::object : Outcome::not_an_object;
}

Outcome SecondReader::read(std::string_view bytes, fhir::Observation& out) {
  out.reset();
  const Outcome outcome = parse(bytes);
  if (outcome != Outcome::object) return outcome;
  Duplicates duplicates;
  walk(trees_->root(), out, duplicates);
  out.duplicate_field = duplicates.first;
  out.duplicate_resource_type = duplicates.resource_type;
  return outcome;
}

Outcome SecondReader::read(std::string_view bytes, fhir::Contained& out) {
  out.reset();
  const Outcome outcome = parse(bytes);
  if (outcome != Outcome::object) return outcome;
  Duplicates duplicates;
  walk(trees_->root(), out, duplicates);
  return duplicates.first.empty() ? outcome : Outcome::malformed;
}

bool is_utf8_slowly(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i++]);
    if (first < 0x80) continue;
    const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC0 || first > 0xF7 || text.size() - i < more) return false;
    std::uint32_t character = first & (0x3FU >> more);
    for (std::size_t j = 0; j < more; ++j) {
      const auto next = static_cast<unsigned char>(text[i++]);
      if ((next & 0xC0U) != 0x80) return false;
      character = character << 6 | (next & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 3> kShortest = {0x80, 0x800, 0x10000};
    if (character < kShortest[more - 1] || character > 0x10FFFF) return false;
    if (character >= 0xD800 && character <= 0xDFFF) return false;
  }
  return true;
}

}  // namespace coagwatch::fuzz
