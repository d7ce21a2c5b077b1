#include "fhir/capture_line.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include "fhir/base64.h"

namespace coagwatch::fhir {
namespace {

using Value = rapidjson::Value;

/// A member that is a string, or under `name-base64` a string in base64, or null. False if it is neither.
bool read_bytes(const Value& object, const char* name, const char* base64_name, std::optional<std::string>& out) {
  out.reset();
  if (const auto plain = object.FindMember(name); plain != object.MemberEnd()) {
    if (plain->value.IsNull()) return true;
    if (!plain->value.IsString()) return false;
    out.emplace(plain->value.GetString(), plain->value.GetStringLength());
    return true;
  }
  const auto coded = object.FindMember(base64_name);
  if (coded == object.MemberEnd()) return true;
  if (!coded->value.IsString()) return false;
  out = from_base64({coded->value.GetString(), coded->value.GetStringLength()});
  return out.has_value();
}

bool read_headers(const Value& object, std::vector<std::pair<std::string, std::string>>& out) {
  out.clear();
  const auto found = object.FindMember("headers");
  if (found == object.MemberEnd()) return true;
  if (!found->value.IsArray()) return false;
  for (const Value& pair : found->value.GetArray()) {
    if (!pair.IsArray() || pair.Size() < 2 || !pair[0].IsString()) return false;
    // A header whose value is not text is of no use to a replay.
    if (!pair[1].IsString()) continue;
    out.emplace_back(std::string(pair[0].GetString(), pair[0].GetStringLength()),
                     std::string(pair[1].GetString(), pair[1].GetStringLength()));
  }
  return true;
}

bool read_integer(const Value& object, const char* name, std::int64_t& out) {
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd() || !found->value.IsInt64()) return false;
  out = found->value.GetInt64();
  return true;
}

}  // namespace

std::optional<std::string> parse_capture_line(std::string_view text, CaptureLine& out) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
  if (document.HasParseError()) {
    return std::string("no JSON: ") + rapidjson::GetParseError_En(document.GetParseError());
  }
  if (!document.IsObject()) return "a capture line is a JSON object";
  std::int64_t number = 0;
  out.header = read_integer(document, "coagwatch-capture", number);
  if (out.header) {
    out.format = static_cast<std::uint64_t>(number);
  } else if (!read_integer(document, "partition", number)) {
    return "a capture line needs an integer `partition`";
  } else {
    out.partition = static_cast<std::int32_t>(number);
  }
  const rapidjson::Value& root = document;
  if (const auto topic = root.FindMember("topic"); topic != root.MemberEnd() && topic->value.IsString()) {
    out.topic.assign(topic->value.GetString(), topic->value.GetStringLength());
  }
  if (out.header) return std::nullopt;
  if (!read_integer(document, "offset", out.offset)) return "a capture line needs an integer `offset`";
  if (!read_integer(document, "timestamp", out.timestamp_millis)) out.timestamp_millis = -1;
  if (!read_bytes(document, "key", "key-base64", out.key)) return "`key` is no text or base64";
  if (!read_bytes(document, "value", "value-base64", out.value)) return "`value` is no text or base64";
  if (!read_headers(document, out.headers)) return "`headers` is no list of pairs";
  return std::nullopt;
}

}  // namespace coagwatch::fhir
