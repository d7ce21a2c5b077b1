#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/intake.h"
#include "rules/episodes/episode.h"
#include "rules/scoring/rule_set.h"

namespace coagwatch::fhir {

/// What every record written about a patient needs to know.
struct WriteContext {
  std::string_view base = "urn:coagwatch";  ///< `fhir.base`: of systems and identifiers
  std::string_view version;                 ///< of coagwatch
  std::string_view patient;                 ///< patient key
  rules::Timestamp processed;               ///< causing record's Kafka timestamp, or the patient's clock (event time)
  std::vector<std::string_view> cause;      ///< references of the results that caused this, may be empty
  bool correction = false;                  ///< the cause took a value away or replaced one
  std::string_view merge_pending;           ///< key of one who is to be scored as this patient, but is not yet
};

/// An alert record: value and the headers that describe it.
struct AlertRecord {
  std::string value;                                ///< FHIR R4 transaction Bundle
  rules::AlertKind kind = rules::AlertKind::onset;  ///< of the leading criterion
  std::string criteria;                             ///< comma list, leading criterion first
  std::string group;                                ///< the bundle that the record belongs to, `coagwatch-group`
};

/// Writes one alert record for everything that one input record changed: a transaction
/// Bundle with, per event, a score Observation and, of an episode, a Flag, by conditional PUT; and an Observation more
/// for each evaluation that was shown before and has other numbers now. A notice has no Flag: it says something once,
/// and nothing of it lasts. No two entries of the transaction name the same resource. Deterministic: the same state
/// gives the same bytes. `out` is overwritten and keeps its buffers.
///
/// `assessment` is that at the patient's newest collection time; what an event shows of another time is assessed again.
/// `Bundle.identifier` ends in the leading event's `sequence`.
/// REQUIRES: the plan has events.
void write_alert(const WriteContext& context, const rules::RuleSet& rules, const rules::AlertPolicy& policy,
                 const rules::PatientState& state, const rules::Assessment& assessment, const rules::AlertPlan& plan,
                 AlertRecord& out);

/// Writes the same as the notification of a subscription: a Bundle of type history (R4 backport), whose first entry are
/// Parameters that number the event and name the other entries. These are those of the alert, each with a response
/// besides its request. A subscription is of one patient and leading criterion; its numbers grow, and where one is left
/// out another criterion led. `out` is overwritten.
/// REQUIRES: the plan has events.
void write_notification(const WriteContext& context, const rules::RuleSet& rules, const rules::AlertPolicy& policy,
                        const rules::PatientState& state, const rules::Assessment& assessment,
                        const rules::AlertPlan& plan, std::string& out);

/// Appends the assessment record, one line of JSON without the newline. Besides the fields
/// named there: `low-open`, `high-open`, `derived` and `flags` of a measure where they apply; `column` and
/// `other-column` of a criterion scored by another population's column. A measure has no `from` if its source is
/// not known.
void write_assessment(const WriteContext& context, const rules::RuleSet& rules, const rules::Assessment& assessment,
                      std::string& out);

/// Appends the status record: the assessment with episodes, trend and confounders (names of facts). An episode has its
/// `onset`; and `retro-since` where a platelet fall that came to light only later would have met the criterion earlier
/// than that (rules/episodes/retro_credit.h): the collection time of that count. It is told in hindsight and moves no
/// alert. A point of a trend is `[time, low, high]`, oldest first; a measure without usable results has no trend.
/// `version` is the format's: 1.
void write_status(const WriteContext& context, const rules::RuleSet& rules, const rules::AlertPolicy& policy,
                  const rules::PatientState& state, const rules::Assessment& assessment, std::string& out);

/// Appends one line of `replay --emit intake` without the newline. The caller has put the
/// final disposition into `item`. `low` and `high` are null where unbounded, `resource` and `patient` where unknown.
void write_intake(std::uint64_t line, const Item& item, std::string& out);

}  // namespace coagwatch::fhir
