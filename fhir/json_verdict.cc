#include "fhir/json_verdict.h"

#include "fhir/media_type.h"

namespace coagwatch::fhir {
namespace {

// Confluent's schema registry puts a zero byte and four bytes of schema id before each value.
constexpr std::size_t kSchemaHeader = 5;

/// Whether CloudEvents' headers (Kafka binding 1.0.2, binary mode) say that the value is of another format than JSON.
bool is_said_to_be_no_json(const RecordHeaders* headers) {
  if (headers == nullptr || (!headers->find("ce_specversion") && !headers->find("ce_type"))) return false;
  const std::optional<std::string_view> type = headers->find("content-type");
  return type && !is_json_media_type(*type);
}

}  // namespace

Check verdict_of(JsonReader::Outcome outcome) {
  switch (outcome) {
    case JsonReader::Outcome::malformed:
      return dead(Reason::malformed_json, "expected one JSON object");
    case JsonReader::Outcome::invalid_utf8:
      return dead(Reason::invalid_utf8, "expected UTF-8");
    case JsonReader::Outcome::too_deep:
      return dead(Reason::too_deep, "nested deeper than limits.depth");
    case JsonReader::Outcome::number_too_large:
      return dead(Reason::invalid_value, "a number above 10^308");
    case JsonReader::Outcome::not_an_object:
      return dead(Reason::not_fhir, "expected a JSON object");
    case JsonReader::Outcome::object:
      break;
  }
  return {};
}

Verdict unreadable_record(std::string_view bytes, const RecordHeaders* headers, JsonReader::Outcome outcome) {
  if (is_said_to_be_no_json(headers)) {
    return dead(Reason::malformed_json, "an event whose content-type is not JSON");
  }
  if (bytes.size() > kSchemaHeader && bytes.front() == '\0') {
    return dead(Reason::malformed_json, "begins with a schema registry header; expected plain JSON");
  }
  return *verdict_of(outcome);
}

}  // namespace coagwatch::fhir
