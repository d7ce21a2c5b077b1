#include "fhir/json_pointer.h"

#include "fhir/guarded_rapidjson.h"
// It must see the macros of guarded_rapidjson.h.
#include <rapidjson/pointer.h>

namespace coagwatch::fhir {

std::optional<JsonPointer> JsonPointer::parse(std::string_view text) {
  // RapidJSON's takes URI fragments (`#/a`) too.
  if (!text.empty() && text.front() != '/') return std::nullopt;
  const guarded_rapidjson::Pointer parsed(text.data(), text.size());
  if (!parsed.IsValid() || parsed.GetTokenCount() > kMostTokens) return std::nullopt;
  JsonPointer pointer;
  pointer.text_ = text;
  for (std::size_t i = 0; i < parsed.GetTokenCount(); ++i) {
    const auto& token = parsed.GetTokens()[i];
    Token& added = pointer.tokens_.emplace_back();
    added.name.assign(token.name, token.length);
    if (token.index != guarded_rapidjson::kPointerInvalidIndex) added.index = token.index;
  }
  return pointer;
}

JsonSlice JsonPointer::find(std::string_view document, std::size_t most_elements, JsonSlicer& slicer,
                            TextArena& arena) const {
  JsonSlice at = slicer.whole(document, arena);
  std::vector<JsonSlice> elements;
  for (const Token& token : tokens_) {
    JsonSlice below;
    if (at.kind == JsonSlice::Kind::object) {
      const std::string_view name = token.name;
      if (!slicer.members(at.text, {&name, 1}, {&below, 1}, arena)) return {};
    } else if (at.kind == JsonSlice::Kind::array && token.index) {
      if (!slicer.elements(at.text, most_elements, elements, &arena)) return {};
      if (*token.index >= elements.size()) return {};
      below = elements[*token.index];
    } else {
      return {};
    }
    if (below.twice) return below;
    at = below;
  }
  return at;
}

bool is_json_pointer(std::string_view text) { return JsonPointer::parse(text).has_value(); }

}  // namespace coagwatch::fhir
