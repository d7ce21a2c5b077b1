#include "fhir/context_document.h"

namespace coagwatch::fhir {
namespace {

namespace json = guarded_rapidjson;

constexpr unsigned kFlags = json::kParseIterativeFlag;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

ContextNode ContextNode::operator[](const char* name) const {
  if (!is_object()) return {nullptr, duplicate_};
  const Value* found = nullptr;
  const std::string_view wanted(name);
  for (const auto& member : value_->GetObject()) {
    if (std::string_view(member.name.GetString(), member.name.GetStringLength()) != wanted) continue;
    if (found != nullptr) *duplicate_ = true;
    found = &member.value;
  }
  return {found, duplicate_};
}

Identifier identifier_of(const ContextNode& node) { return {node["system"].scalar(), node["value"].scalar()}; }

Reference reference_of(const ContextNode& node) {
  Reference reference;
  reference.presence = node.is_object() ? Presence::present : node.present() ? Presence::wrong_shape : Presence::absent;
  reference.reference = node["reference"].scalar();
  reference.type = node["type"].scalar();
  reference.identifier = identifier_of(node["identifier"]);
  return reference;
}

bool ContextDocument::parse(std::string_view json_text) {
  if (json_text.starts_with(kByteOrderMark)) json_text.remove_prefix(kByteOrderMark.size());
  duplicate_ = false;
  // A new one each time: a document that was parsed into grows for ever.
  document_ = std::make_unique<json::Document>();
  try {
    document_->Parse<kFlags>(json_text.data(), json_text.size());
    return !document_->HasParseError() && document_->IsObject();
  } catch (const JsonAssertion&) {
    return false;  // as in JsonReader
  }
}

}  // namespace coagwatch::fhir
