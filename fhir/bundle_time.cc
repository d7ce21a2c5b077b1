#include "fhir/bundle_time.h"

#include "fhir/datetime.h"
#include "fhir/guarded_rapidjson.h"

namespace coagwatch::fhir {
namespace {

using guarded_rapidjson::Value;

const Value* member(const Value& value, const char* name) {
  if (!value.IsObject()) return nullptr;
  const auto found = value.FindMember(name);
  return found == value.MemberEnd() ? nullptr : &found->value;
}

rules::Timestamp time_in(const Value& value, const char* name) {
  const Value* text = member(value, name);
  if (text == nullptr || !text->IsString()) return rules::Timestamp::none();
  const auto parsed = parse_datetime({text->GetString(), text->GetStringLength()}, TimeZone());
  return parsed ? parsed->time : rules::Timestamp::none();
}

}  // namespace

rules::Timestamp bundle_time(std::string_view bundle) {
  guarded_rapidjson::Document document;
  document.Parse<guarded_rapidjson::kParseIterativeFlag>(bundle.data(), bundle.size());
  if (document.HasParseError()) return rules::Timestamp::none();
  const Value* entries = member(document, "entry");
  if (entries != nullptr && entries->IsArray()) {
    for (const Value& entry : entries->GetArray()) {
      const Value* resource = member(entry, "resource");
      if (resource == nullptr) continue;
      const rules::Timestamp time = time_in(*resource, "effectiveDateTime");
      if (time.known()) return time;
    }
  }
  return time_in(document, "timestamp");
}

}  // namespace coagwatch::fhir
