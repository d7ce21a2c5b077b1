// Condition: what a patient has, and since when.

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "fhir/context_input.h"
#include "fhir/fact_course.h"

namespace coagwatch::fhir {
namespace {

using rules::Fact;
using rules::FactSpan;
using rules::Timestamp;
using rules::Tristate;

constexpr std::string_view kClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
constexpr std::string_view kVerification = "http://terminology.hl7.org/CodeSystem/condition-ver-status";

/// condition-clinical, as far as it decides anything.
enum class Clinical : std::uint8_t { absent, active, remission, over, unreadable };

Clinical clinical_status(const ContextNode& status) {
  if (!status.present()) return Clinical::absent;
  const std::string_view code = code_of_system(status, kClinical);
  if (code == "active" || code == "recurrence" || code == "relapse") return Clinical::active;
  if (code == "remission") return Clinical::remission;
  return code == "inactive" || code == "resolved" ? Clinical::over : Clinical::unreadable;
}

/// What the diagnosis is worth: verification status, and of German codes their certainty. nullopt: not understood.
std::optional<Tristate> value_of(const ContextNode& verification, Certainty certainty) {
  std::string_view code = code_of_system(verification, kVerification);
  if (!verification.present()) code = "confirmed";
  Tristate value = Tristate::unknown;
  if (code == "confirmed") {
    value = Tristate::yes;
  } else if (code == "refuted") {
    value = Tristate::no;
  } else if (code != "unconfirmed" && code != "provisional" && code != "differential") {
    return std::nullopt;
  }
  switch (certainty) {
    case Certainty::stated:
    case Certainty::past:
      return value;
    case Certainty::suspected:
      return value == Tristate::no ? value : Tristate::unknown;
    case Certainty::excluded:
      // Confirmed and excluded at once: nobody knows.
      return value == Tristate::yes && verification.present() ? Tristate::unknown : Tristate::no;
    case Certainty::unreadable:
      break;
  }
  return std::nullopt;
}

int count_present(const ContextNode& root, std::initializer_list<const char*> names) {
  return static_cast<int>(std::ranges::count_if(names, [&](const char* name) { return root[name].present(); }));
}

/// Sets the course's beginning from onset[x]. An age, a range or a text is no time. What is wrong, or empty.
std::string_view read_onset(const ContextInput& input, Course& course) {
  const ContextNode& root = input.root;
  if (count_present(root, {"onsetDateTime", "onsetPeriod", "onsetAge", "onsetRange", "onsetString"}) > 1) {
    return "onset[x]: expected one only";
  }
  const Moment at = read_moment(root["onsetDateTime"], input.zone);
  if (at.unreadable()) return "onsetDateTime: expected a date or dateTime";
  if (at.known()) course.begin(at);
  const ContextNode period = root["onsetPeriod"];
  if (!period.present()) return {};
  // An imprecise onset: some time within the period.
  const Moment start = read_moment(period["start"], input.zone);
  const Moment end = read_moment(period["end"], input.zone);
  if (start.unreadable() || end.unreadable() || (start.known() && end.known() && end.last < start.first)) {
    return "onsetPeriod: expected a start and an end, in this order of time";
  }
  if (start.known()) course.begin(start);
  if (end.known()) course.start = end.last;
  return {};
}

/// Sets the course's end from abatement[x]. What is wrong, or empty.
std::string_view read_abatement(const ContextInput& input, Course& course) {
  const ContextNode& root = input.root;
  const int others = count_present(root, {"abatementAge", "abatementRange", "abatementString"}) +
                     (root["abatementBoolean"].is_true() ? 1 : 0);
  const ContextNode period = root["abatementPeriod"];
  const Moment at = read_moment(root["abatementDateTime"], input.zone);
  if (others + (at.given ? 1 : 0) + (period.present() ? 1 : 0) > 1) return "abatement[x]: expected one only";
  if (at.unreadable()) return "abatementDateTime: expected a date or dateTime";
  const Moment start = read_moment(period["start"], input.zone);
  if (start.unreadable()) return "abatementPeriod.start: expected a date or dateTime";
  if (at.known()) {
    course.end = at.exact ? at.last : at.first;
  } else if (start.known()) {
    course.end = start.first;
  } else {
    course.end_unknown = others > 0 || period.present();
  }
  return {};
}

Timestamp known_since(const ContextInput& input) {
  const Moment recorded = read_moment(input.root["recordedDate"], input.zone);
  return recorded.known() && recorded.exact ? recorded.first : input.last_updated;
}

/// Leukaemia lasts through a remission, which is a fact of its own. A relapse is none: a later one that is `no`.
void append_leukaemia(const ContextInput& input, bool remission, bool coded, const Course& course,
                      std::vector<FactSpan>& facts) {
  Timestamp since = course.start;
  if (remission) {
    since = coded || !course.end.known() ? known_since(input) : course.end;
    if (!since.known()) since = course.start;
  }
  facts.push_back({Fact::remission, remission ? Tristate::yes : Tristate::no, since, Timestamp::none()});
}

}  // namespace

ContextReading read_condition(const ContextInput& input, std::vector<FactSpan>& facts) {
  const ContextNode& root = input.root;
  const ContextNode verification = root["verificationStatus"];
  if (code_of_system(verification, kVerification) == "entered-in-error") return {true, {}};
  CodeReading code;
  add_codes(root["code"], input.table, code);
  if (!code.known) return {false, "code: in no fact table"};
  const auto value = value_of(verification, code.certainty);
  if (!value) return {false, "verificationStatus: not understood"};
  const Clinical clinical = clinical_status(root["clinicalStatus"]);
  if (clinical == Clinical::unreadable) return {false, "clinicalStatus: not understood"};

  Course course;
  if (const std::string_view wrong = read_onset(input, course); !wrong.empty()) return {false, wrong};
  if (const std::string_view wrong = read_abatement(input, course); !wrong.empty()) return {false, wrong};
  const bool abated = course.end.known() || course.end_unknown;
  if (clinical == Clinical::active && abated) return {false, "abatement[x]: of an active condition"};
  const Moment recorded = read_moment(root["recordedDate"], input.zone);
  if (recorded.known() && recorded.exact) course.recorded(recorded.first);
  // Only what says itself that it is going on tells by its last update that it had begun by then.
  if (clinical == Clinical::active) course.recorded(input.last_updated);

  const bool coded_remission = code.means(Fact::remission);
  const bool leukaemia = code.means(Fact::leukaemia) && *value == Tristate::yes;
  const bool remission = leukaemia && (coded_remission || clinical == Clinical::remission);
  std::erase_if(code.facts, [](const CodedFact& each) { return each.fact == Fact::remission; });
  const bool over = clinical == Clinical::over || clinical == Clinical::remission || code.certainty == Certainty::past;
  Course disease = course;
  if (remission && code.certainty != Certainty::past) {
    disease.end = Timestamp::none();
    disease.end_unknown = false;
  } else if (over && !abated) {
    disease.end_unknown = true;
  }
  append_facts(code.facts, *value, disease, Lasting::state, facts);
  if (leukaemia && !disease.end_unknown) append_leukaemia(input, remission, coded_remission, course, facts);
  if (facts.empty() && !code.facts.empty() && *value != Tristate::no)
    return {false, "onset[x], recordedDate: no usable time"};
  return {};
}

}  // namespace coagwatch::fhir
