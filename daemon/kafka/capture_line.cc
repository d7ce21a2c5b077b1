// The lines of a capture (capture_format.md).

#include "daemon/kafka/capture.h"
#include "fhir/base64.h"
#include "fhir/json_writer.h"
#include "fhir/utf8.h"

namespace coagwatch::daemon::kafka {
namespace {

void append_string(std::string_view text, std::string& out) {
  out += '"';
  fhir::append_json_escaped(text, out);
  out += '"';
}

/// `,"NAME":"text"`, or `,"NAME-base64":"…"` where the bytes are no text, or `,"NAME":null`.
void append_bytes(std::string_view name, std::optional<std::string_view> bytes, std::string& out) {
  out.append(",\"").append(name);
  if (!bytes) {
    out += "\":null";
  } else if (fhir::is_utf8(*bytes)) {
    out += "\":";
    append_string(*bytes, out);
  } else {
    out += "-base64\":\"";
    fhir::append_base64(*bytes, out);
    out += '"';
  }
}

void append_header_value(std::optional<std::string_view> value, std::string& out) {
  if (!value) {
    out += "null";
  } else if (fhir::is_utf8(*value)) {
    append_string(*value, out);
  } else {
    out += "{\"base64\":\"";
    fhir::append_base64(*value, out);
    out += "\"}";
  }
}

}  // namespace

void append_capture_header(std::string_view topic, int partitions, std::string& out) {
  out += R"({"coagwatch-capture":1,"topic":)";
  append_string(topic, out);
  out += ",\"partitions\":" + std::to_string(partitions) + "}\n";
}

void append_capture_line(const CapturedRecord& record, std::string& out) {
  out += "{\"topic\":";
  append_string(record.topic, out);
  out += ",\"partition\":" + std::to_string(record.partition) + ",\"offset\":" + std::to_string(record.offset) +
         ",\"timestamp\":" + std::to_string(record.timestamp_millis) + ",\"timestamp-type\":\"" +
         (record.timestamp_millis < 0 ? "none" : (record.log_append_time ? "append" : "create")) + "\",\"headers\":[";
  for (std::size_t i = 0; i < record.headers.size(); ++i) {
    const auto& [name, value] = record.headers[i];
    out += i == 0 ? "[" : ",[";
    append_string(name, out);
    out += ',';
    append_header_value(value, out);
    out += ']';
  }
  out += ']';
  append_bytes("key", record.key, out);
  append_bytes("value", record.value, out);
  out += "}\n";
}

}  // namespace coagwatch::daemon::kafka
