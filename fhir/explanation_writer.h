#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rules/explain/explanation.h"

namespace coagwatch::fhir {

/// What an explanation says beside the rules' part.
struct ExplanationContext {
  std::string_view version;                           ///< of coagwatch
  std::string_view patient;                           ///< patient key
  rules::Timestamp asked = rules::Timestamp::none();  ///< the time that was asked for; none(): the newest
  /// The newest collection time of what it rests on, where later results came that left no room for those of the time
  /// asked for; none(): it rests on everything.
  rules::Timestamp until = rules::Timestamp::none();
  std::span<const rules::ExplainedAlert> alerts;        ///< written up to that time, in their order
  std::span<const rules::ExplainedDecision> decisions;  ///< what was told and what was not, and why
};

/// Appends an explanation as one JSON object without the newline (explanation.schema.json describes it). Its keys stay
/// as they are and in their order; new ones may come.
void write_explanation(const ExplanationContext& context, const rules::Explanation& explanation, std::string& out);

/// `clotted-specimen`; empty for Unusable::none.
std::string_view unusable_name(rules::Unusable unusable);

}  // namespace coagwatch::fhir
