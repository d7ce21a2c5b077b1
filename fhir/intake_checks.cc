#include "fhir/intake_checks.h"

#include <algorithm>
#include <array>

#include "fhir/category.h"
#include "fhir/datetime.h"
#include "fhir/observation_status.h"
#include "fhir/old_version.h"
#include "fhir/platelet_clumps.h"
#include "fhir/specimen.h"
#include "fhir/utf8.h"

namespace coagwatch::fhir {
namespace {

using rules::Change;

constexpr std::size_t kMaxCodeLength = 128;

constexpr rules::Interval kAnything{{}, {}, false, false, true, true};

}  // namespace

IntakeChecks::IntakeChecks(const Terminology& terminology, const rules::SiteProfile& site, const IntakeLimits& limits,
                           const TimeZone& zone, const std::string& own_base)
    : terminology_(terminology),
      site_(site),
      limits_(limits),
      zone_(zone),
      own_output_(own_base),
      names_(terminology.names()) {}

void IntakeChecks::begin(const Observation& observation, const Surroundings& surroundings, TextArena& arena) {
  observation_ = &observation;
  surroundings_ = &surroundings;
  arena_ = &arena;
  has_parts_ = !observation.components.empty();
  if (has_parts_) seen_.fill(0);
  specimen_.reset();
  time_.reset();
  whole_ = read_observation(observation, surroundings, zone_, arena);
}

void IntakeChecks::judge(const ResultPart& part, std::optional<std::size_t> component, Item& item) {
  part_ = &part;
  item_ = &item;
  meaning_ = {};
  number_ = {};
  flavour_conflict_ = false;
  item.resource = whole_.identity.source;
  item.patient = whole_.subject.patient;
  item.specimen = observation_->specimen.reference.string();
  item.base = whole_.base;
  item.change.source = whole_.identity.source;
  // Of several results each has an identity of its own, as soon as its measure is known.
  if (!has_parts_) item.change.identity = whole_.identity.identity;
  item.change.version = whole_.identity.version;
  item.change.fingerprint = whole_.identity.fingerprint;
  item.change.encounter = whole_.encounter;
  item.change.result.value = kAnything;
  item.change.result.at = rules::Timestamp::none();

  if (const Check verdict = decide()) {
    describe(*verdict);
    if (component) {
      const std::string_view behind = item.text.empty() ? "]" : "]: ";
      item.text.insert(0, std::string("component[").append(std::to_string(*component)).append(behind));
    }
    // For whoever reads the dead letter.
    if (!item.change.result.at.known() && verdict->reason != Reason::invalid_time) check_time();
  } else {
    item.disposition = Disposition::candidate;
  }
}

Check IntakeChecks::decide() {
  if (own_output_.is(*observation_)) return ignored(Reason::own_output, "");
  const bool of_retracted = surroundings_->container != nullptr && is_retraction(surroundings_->container->status);
  if (of_retracted || is_retraction(observation_->status)) return retract();
  using Step = Check (IntakeChecks::*)();
  constexpr std::array<Step, 9> kSteps = {
      &IntakeChecks::check_code,      &IntakeChecks::check_fhir_version, &IntakeChecks::check_status,
      &IntakeChecks::check_modifiers, &IntakeChecks::check_subject,      &IntakeChecks::check_specimen,
      &IntakeChecks::check_value,     &IntakeChecks::check_time,         &IntakeChecks::check_identity};
  Check evidence;
  for (const Step step : kSteps) {
    const Check check = (this->*step)();
    // What is unusable already is only gathered as evidence.
    if (!check || evidence) continue;
    if (check->disposition != Disposition::unusable) return check;
    evidence = check;
  }
  return evidence;
}

// By identity, whatever else is wrong. Without one of its own it takes code, subject and time to know what is meant.
Check IntakeChecks::retract() {
  const Check code = check_code();
  const Check time = check_time();
  if (whole_.identity.identity.empty()) {
    if (code) return code;
    if (whole_.subject.problem) return whole_.subject.problem;
    if (time) return time;
    check_identity();
  } else {
    item_->change.identity = whole_.identity.identity;
    // Another analyte of one accession number: results without an id are none of its copies.
    const bool of_another = code && code->reason != Reason::no_code && !has_parts_;
    if (of_another && !whole_.identity.by_identifier) item_->change.fingerprint = 0;
  }
  item_->change.kind = Change::Kind::retraction;
  if (whole_.of_other_server) return whole_.subject.problem;
  // By its identity it can be found without one.
  item_->deletion = whole_.subject.problem.has_value();
  item_->otherwise = whole_.subject.problem;
  return {};
}

Check IntakeChecks::check_code() {
  const Concept& code = part_->code;
  const Coding* first = nullptr;
  bool mapped = false;
  bool contradiction = false;
  for (const Coding& coding : code.codings) {
    if (coding.code.string().empty()) continue;
    if (first == nullptr) first = &coding;
    const CodeMeaning* meaning = terminology_.find(coding.system.string(), coding.code.text);
    if (meaning == nullptr) continue;
    if (!mapped) {
      mapped = true;
      meaning_ = *meaning;
      continue;
    }
    contradiction = contradiction || !join_meaning(*meaning);
  }
  // The answer to a question about the specimen of others: no measure, and no part of the count beside it.
  if (mapped && !contradiction && meaning_.platelet_clumps) return {};
  const bool other_text = mapped && !contradiction && names_.contradicted(code, meaning_);
  if (mapped && !contradiction && !other_text) {
    item_->measure_known = true;
    item_->change.result.measure = meaning_.measure;
    item_->change.result.method_rank = meaning_.method_rank;
    item_->change.names_measure = !has_parts_;
    number_.measure = meaning_.measure;
    name_result();
    return {};
  }
  const auto* const named = std::find_if(code.codings.begin(), code.codings.end(),
                                         [](const Coding& coding) { return !coding.display.string().empty(); });
  const std::string_view name = named != code.codings.end() ? named->display.text : code.text.string();
  if (first == nullptr && name.empty()) return dead(Reason::no_code, "code: expected a coding or a text");
  item_->display = arena_->join({cut_utf8(name, kMaxCodeLength)});
  if (first != nullptr) {
    item_->code = cut_utf8(arena_->join({first->system.string(), "|", first->code.text}), kMaxCodeLength);
  }
  if (contradiction) item_->code_problem = "code: its codings mean different measures";
  if (other_text) item_->code_problem = "code: its text names another analyte";
  if (mapped) return ignored(Reason::unmapped_code, item_->code_problem);
  if (observation_->category == Presence::present && !is_laboratory(*observation_)) {
    return ignored(Reason::not_a_laboratory_result, "");
  }
  return ignored(Reason::unmapped_code, "");
}

// Which of the Observation's results this is, or which of those that share its identifier.
void IntakeChecks::name_result() {
  if (has_parts_) number_.repeat = seen_[rules::index(number_.measure)]++;
  Identity& whole = whole_.identity;
  if (whole.identity.empty()) return;
  if (has_parts_) {
    item_->change.identity = part_identity(whole.identity, number_, *arena_);
  } else if (whole.by_identifier) {
    whole.by_identifier = false;
    whole.identity = measure_identity(whole.identity, number_.measure, *arena_);
    item_->change.identity = whole.identity;
  }
}

// A second coding of the same measure: its lower rank counts, so that no method is thought better than any coding says.
bool IntakeChecks::join_meaning(const CodeMeaning& other) {
  if (other.measure != meaning_.measure || other.platelet_clumps != meaning_.platelet_clumps) return false;
  meaning_.method_rank = std::min(meaning_.method_rank, other.method_rank);
  meaning_.needs_arterial_specimen = meaning_.needs_arterial_specimen && other.needs_arterial_specimen;
  if (!other.alternative) meaning_.alternative.reset();
  if (!meaning_.unit) {
    meaning_.unit = other.unit;
  } else if (other.unit && *other.unit != *meaning_.unit) {
    meaning_.unit.reset();
  }
  if (meaning_.flavour == DDimerFlavour::unknown) {
    meaning_.flavour = other.flavour;
  } else if (other.flavour != DDimerFlavour::unknown && other.flavour != meaning_.flavour) {
    flavour_conflict_ = true;
  }
  return true;
}

Check IntakeChecks::check_fhir_version() { return check_old_version(*observation_, limits_.lenient_versions); }

Check IntakeChecks::check_status() {
  const StatusReading reading = read_status(observation_->status, site_.hold_preliminary);
  item_->change.result.status = reading.status;
  // An answer is no result that could be kept as evidence.
  const bool held = reading.problem && reading.problem->disposition == Disposition::unusable;
  return meaning_.platelet_clumps && held ? check_clumps() : reading.problem;
}

Check IntakeChecks::check_modifiers() {
  if (!observation_->implicit_rules.absent()) {
    return dead(Reason::modifier_extension, "implicitRules: not understood");
  }
  if (!specimen_) specimen_ = read_specimen(*observation_, whole_, *surroundings_, terminology_);
  const bool of_part = part_ != observation_ && part_->modifier_extension != Presence::absent;
  if (specimen_->unknown_modifier || of_part) {
    return dead(Reason::modifier_extension, "modifierExtension: not understood");
  }
  return {};
}

Check IntakeChecks::check_subject() {
  if (observation_->focus != Presence::absent) return ignored(Reason::focus, "focus: about someone else");
  return whole_.subject.problem;
}

Check IntakeChecks::check_specimen() {
  if (meaning_.platelet_clumps) return {};
  const rules::Measure measure = meaning_.measure;
  rules::LabResult& result = item_->change.result;
  result.flags |= flags_of(*specimen_);
  result.method_rank = rank_in(*specimen_, measure, result.method_rank);
  if (wrong_specimen(*specimen_, measure, meaning_.needs_arterial_specimen)) {
    return ignored(Reason::specimen, "specimen: not known to be of the type that is measured");
  }
  if (specimen_->clotted && spoiled_by_clot(measure)) return unusable(Reason::clotted_specimen, "");
  if (specimen_->haemolysed && spoiled_by_haemolysis(measure)) return unusable(Reason::haemolysed, "");
  if (specimen_->clumped && measure == rules::Measure::platelets) return unusable(Reason::platelet_clumps, "");
  return {};
}

// What it says about counts is applied once the whole record is read.
Check IntakeChecks::check_clumps() {
  item_->clumps = says_clumps(*part_) && item_->change.result.status != rules::ResultStatus::unknown;
  return ignored(Reason::no_value, item_->clumps ? "clumps of platelets: their counts in this record are unusable"
                                                 : "no clumps of platelets are named");
}

Check IntakeChecks::check_value() {
  if (meaning_.platelet_clumps) return check_clumps();
  const ResultReading reading = read_result(*part_, observation_->method, meaning_, flavour_conflict_,
                                            {terminology_, site_, limits_.number_length, *arena_});
  rules::LabResult& result = item_->change.result;
  result.measure = reading.measure;
  result.flags |= reading.flags;
  result.upper_limit = reading.upper_limit;
  item_->value_known = reading.value_known;
  if (reading.value_known) result.value = reading.value;
  return reading.problem;
}

Check IntakeChecks::check_time() {
  if (!time_) {
    time_ = read_collection_time(*observation_, whole_.collected, whole_.report, surroundings_->record.time, zone_);
  }
  rules::LabResult& result = item_->change.result;
  result.at = time_->at;
  result.flags |= time_->flags;
  if (observation_->issued.is_string()) {
    const auto issued = parse_datetime(observation_->issued.text, zone_);
    if (issued && issued->precision == ParsedTime::Precision::instant) result.issued = issued->time;
  }
  return time_->problem;
}

Check IntakeChecks::check_identity() {
  const rules::LabResult& result = item_->change.result;
  if (whole_.identity.identity.empty() && result.at.known()) {
    number_.measure = result.measure;
    item_->change.identity = composed_identity(*observation_, number_, result.at, *arena_);
  }
  return {};
}

void IntakeChecks::describe(const Verdict& verdict) {
  item_->disposition = verdict.disposition;
  item_->reason = verdict.reason;
  item_->text.assign(verdict.text);
  if (verdict.text.ends_with("for ")) item_->text.append(rules::measure_info(item_->change.result.measure).name);
  item_->change.result.unusable = unusable_of(verdict.reason);
}

}  // namespace coagwatch::fhir
