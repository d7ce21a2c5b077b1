#include "daemon/cli/replay_sink.h"

#include <array>

#include "fhir/base64.h"
#include "fhir/json_writer.h"
#include "fhir/utf8.h"
#include "fhir/writers.h"

namespace coagwatch::daemon {
namespace {

constexpr std::array<std::string_view, kEmitKindCount> kNames = {
    "alerts", "assessments", "status", "intake", "dead-letters", "unmapped", "notifications"};

/// As a capture writes bytes: a text, or base64 under another name where they are none; null where there are none.
void append_bytes(std::string_view name, std::optional<std::string_view> bytes, fhir::JsonWriter& json) {
  if (!bytes) {
    json.member(name);
    json.null();
  } else if (fhir::is_utf8(*bytes)) {
    json.member(name);
    json.text(*bytes);
  } else {
    std::string coded;
    fhir::append_base64(*bytes, coded);
    json.member(std::string(name) + "-base64");
    json.text(coded);
  }
}

}  // namespace

std::optional<EmitKind> emit_kind_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<EmitKind>(i);
  }
  return std::nullopt;
}

std::string emit_kind_names() {
  std::string all;
  for (const std::string_view name : kNames) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

ReplaySink::ReplaySink(const rules::RuleSet& rules, const std::vector<EmitKind>& kinds, std::FILE* out)
    : rules_(rules), out_(out) {
  for (const EmitKind kind : kinds) wanted_.set(static_cast<std::size_t>(kind));
}

void ReplaySink::print(EmitKind kind, std::optional<std::string_view> key, std::string_view value) {
  ++counts_[static_cast<std::size_t>(kind)];
  if (!wants(kind)) return;
  if (wanted_.count() == 1) {
    text_.assign(value);
  } else {
    text_.clear();
    fhir::JsonWriter json(text_);
    json.begin_object();
    json.text("kind", kNames[static_cast<std::size_t>(kind)]);
    append_bytes("key", key, json);
    if (kind == EmitKind::dead_letters) {
      // The one kind whose value need not be JSON.
      append_bytes("value", value, json);
    } else {
      json.member("value");
      text_.append(value);
    }
    json.end_object();
  }
  text_.push_back('\n');
  if (std::fwrite(text_.data(), 1, text_.size(), out_) != text_.size()) ok_ = false;
}

void ReplaySink::alert(const FoldRecord& record) { print(EmitKind::alerts, record.key, *record.value); }

void ReplaySink::notification(const FoldRecord& record) { print(EmitKind::notifications, record.key, *record.value); }

void ReplaySink::dead_letter(const FoldRecord& record) {
  print(EmitKind::dead_letters, record.key, record.value.value_or(std::string_view()));
}

void ReplaySink::status(const FoldRecord& record) {
  print(EmitKind::status, record.key, record.value.value_or("null"));
}

void ReplaySink::item(const InputRecord& /*record*/, const fhir::Item& item) {
  if (wants(EmitKind::unmapped) && item.reason == fhir::Reason::unmapped_code) {
    unmapped_.add(item.code, item.display, item.code_problem);
  }
  if (!wants(EmitKind::intake)) return;
  buffer_.clear();
  fhir::write_intake(line_, item, buffer_);
  print(EmitKind::intake, item.patient.empty() ? std::nullopt : std::optional(item.patient), buffer_);
}

void ReplaySink::finish() {
  for (const fhir::UnmappedCodes::Entry* entry : unmapped_.sorted()) {
    buffer_.clear();
    fhir::append_unmapped(*entry, buffer_);
    print(EmitKind::unmapped, std::nullopt, buffer_);
  }
  if (unmapped_.other() == 0) return;
  buffer_.clear();
  fhir::append_unmapped({"", "", "further codes", unmapped_.other(), 0}, buffer_);
  print(EmitKind::unmapped, std::nullopt, buffer_);
}

void ReplaySink::assessment(const fhir::WriteContext& context, const rules::Assessment& assessment) {
  if (!wants(EmitKind::assessments)) return;
  buffer_.clear();
  fhir::write_assessment(context, rules_, assessment, buffer_);
  print(EmitKind::assessments, context.patient, buffer_);
}

}  // namespace coagwatch::daemon
