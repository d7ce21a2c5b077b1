#include "fhir/json_reader.h"

#include <algorithm>
#include <cstring>

#include "fhir/guarded_rapidjson.h"
#include "fhir/plain_text.h"
#include "fhir/utf8.h"

namespace coagwatch::fhir {

/// UTF-8 that was checked beforehand; what escapes stand for is not. RapidJSON 1.1.0 refuses the first half of a
/// surrogate pair without the second, but takes the second without the first for a character.
struct CheckedUtf8 : guarded_rapidjson::UTF8<char> {
  template <typename Out>
  static void Encode(Out& out, unsigned codepoint) {  // NOLINT(readability-identifier-naming): RapidJSON's name
    const bool is_surrogate = codepoint >= 0xD800 && codepoint <= 0xDFFF;
    RAPIDJSON_ASSERT(!is_surrogate);
    UTF8<char>::Encode(out, codepoint);
  }
};

}  // namespace coagwatch::fhir

/// Moves a run of characters where RapidJSON moves one: it asks for each character that needs no attention of its own.
template <>
struct guarded_rapidjson::Transcoder<coagwatch::fhir::CheckedUtf8, coagwatch::fhir::CheckedUtf8> {
  // NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.
  using InSitu = GenericInsituStringStream<coagwatch::fhir::CheckedUtf8>;

  static bool Transcode(InSitu& in, InSitu& /*out: the same one*/) {
    const std::size_t length = coagwatch::fhir::plain_length(in.src_);
    if (in.src_ != in.dst_) std::memmove(in.dst_, in.src_, length);
    in.src_ += length;
    in.dst_ += length;
    return true;
  }
  /// Never called: every text is parsed in situ, and its encoding was checked.
  template <typename Out>
  static bool Transcode(InSitu& /*in*/, Out& /*out*/) {
    return false;
  }
  template <typename Out>
  static bool Validate(InSitu& /*in*/, Out& /*out*/) {
    return false;
  }
  // NOLINTEND(readability-identifier-naming)
};

namespace coagwatch::fhir {
namespace {

namespace json = guarded_rapidjson;

constexpr std::size_t kPadding = 16;  // zero bytes, for plain_length
// The encoding is checked beforehand, a word at a time; the parser would do it byte by byte, and RapidJSON 1.1.0 reads
// past the end there.
constexpr unsigned kFlags = json::kParseInsituFlag | json::kParseIterativeFlag | json::kParseNumbersAsStringsFlag;

/// RapidJSON's handler: passes its events on.
struct Events : json::BaseReaderHandler<json::UTF8<>, Events> {
  ObservationBuilder& builder;

  using Kind = Scalar::Kind;
  // NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.
  static bool Null() { return ObservationBuilder::null(); }
  bool Bool(bool value) { return builder.scalar(Kind::boolean, value ? "true" : "false"); }
  bool RawNumber(const char* text, json::SizeType length, bool /*copy*/) {
    return builder.scalar(Kind::number, {text, length});
  }
  bool String(const char* text, json::SizeType length, bool /*copy*/) {
    return builder.scalar(Kind::string, {text, length});
  }
  bool Key(const char* text, json::SizeType length, bool /*copy*/) { return builder.key({text, length}); }
  bool StartObject() { return builder.begin_object(); }
  bool EndObject(json::SizeType /*members*/) { return builder.end_object(); }
  bool StartArray() { return builder.begin_array(); }
  bool EndArray(json::SizeType /*elements*/) { return builder.end_array(); }
  // NOLINTEND(readability-identifier-naming)
};

}  // namespace

struct JsonReader::Parser {
  json::GenericReader<CheckedUtf8, CheckedUtf8> reader;
};

JsonReader::JsonReader(std::uint32_t max_depth) : parser_(std::make_unique<Parser>()), builder_(max_depth) {}
JsonReader::~JsonReader() = default;

char* JsonReader::copy(std::string_view bytes) {
  const std::size_t needed = bytes.size() + kPadding;
  if (buffer_.size() < needed) buffer_.resize(std::max(needed, buffer_.size() * 2));
  std::memcpy(buffer_.data(), bytes.data(), bytes.size());
  std::memset(buffer_.data() + bytes.size(), 0, kPadding);
  return buffer_.data();
}

JsonReader::Outcome JsonReader::read(std::string_view bytes, Observation& out) {
  out.reset();
  const Outcome outcome = read(bytes, Node::root, &out);
  out.duplicate_field = builder_.duplicate_field();
  out.duplicate_resource_type = builder_.duplicate_resource_type();
  return outcome;
}

JsonReader::Outcome JsonReader::read(std::string_view bytes, Contained& out) {
  out.reset();
  const Outcome outcome = read(bytes, Node::contained, &out);
  return outcome == Outcome::object && !builder_.duplicate_field().empty() ? Outcome::malformed : outcome;
}

JsonReader::Outcome JsonReader::read(std::string_view bytes, Node node, void* root) {
  bytes = without_byte_order_mark(bytes);
  builder_.start(node, root);
  if (bytes.empty()) return Outcome::malformed;
  if (!is_utf8(bytes)) return Outcome::invalid_utf8;
  if (std::memchr(bytes.data(), 0, bytes.size()) != nullptr) return Outcome::malformed;
  copy(bytes);
  return parse();
}

JsonReader::Outcome JsonReader::parse() {
  try {
    json::GenericInsituStringStream<CheckedUtf8> stream(buffer_.data());
    Events events{{}, builder_};
    const json::ParseResult result = parser_->reader.Parse<kFlags>(stream, events);
    if (!result.IsError()) return builder_.root_is_object() ? Outcome::object : Outcome::not_an_object;
    if (builder_.too_deep()) return Outcome::too_deep;
    if (result.Code() == json::kParseErrorNumberTooBig) return Outcome::number_too_large;
  } catch (const JsonAssertion&) {
    // A precondition inside the parser was broken by what it read; the next call begins afresh.
    return Outcome::malformed;
  }
  return Outcome::malformed;
}

}  // namespace coagwatch::fhir
