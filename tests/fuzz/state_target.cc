// What is read back: changelog values, and lines of captures.

#include <string>

#include "daemon/fold/patient_store.h"
#include "daemon/fold/state_codec.h"
#include "fhir/capture_line.h"
#include "tests/fuzz/item_promises.h"
#include "tests/fuzz/targets.h"

namespace coagwatch::fuzz {
namespace {

void check_patient(std::string_view input, Findings& findings) {
  rules::PatientState state;
  const auto problem = daemon::decode_state(input, state);
  daemon::PatientStore store;
  findings.check(store.restore("Patient/17", input).has_value() == problem.has_value(),
                 "what cannot be decoded is not restored");
  if (problem) return;
  std::string once;
  daemon::encode_state(state, once);
  rules::PatientState again;
  findings.check(!daemon::decode_state(once, again), "what was encoded is decoded");
  std::string twice;
  daemon::encode_state(again, twice);
  findings.check(once == twice, "decoding and encoding change nothing");
  findings.check(state.results.size() == again.results.size() && state.facts.size() == again.facts.size() &&
                     state.fact_sources.size() == again.fact_sources.size() &&
                     state.retractions.size() == again.retractions.size() &&
                     state.episodes.size() == again.episodes.size() && state.evictions.size() == again.evictions.size(),
                 "decoding and encoding lose nothing");
  // What a transaction that does nothing with the patient would write.
  findings.check(!store.encode(store.touch("Patient/17")) || once != input,
                 "a patient who was only touched is not written");
}

void check_partition(std::string_view input, Findings& findings) {
  daemon::PartitionRecord record;
  if (daemon::decode_partition_record(input, record)) return;
  std::string once;
  daemon::encode_partition_record(record, once);
  daemon::PartitionRecord again;
  findings.check(!daemon::decode_partition_record(once, again), "a partition record that was encoded is decoded");
  std::string twice;
  daemon::encode_partition_record(again, twice);
  findings.check(once == twice && again.last_offset == record.last_offset && again.time == record.time &&
                     again.owner == record.owner && again.rule_set == record.rule_set,
                 "a partition record keeps what it says");
}

}  // namespace

void run_state(std::string_view input, Findings& findings) {
  check_patient(input, findings);
  check_partition(input, findings);
  fhir::CaptureLine line;
  if (const auto problem = fhir::parse_capture_line(input, line)) {
    findings.check(problem->find(kCanary) == std::string::npos, "a problem of a capture holds no value of it");
  }
}

}  // namespace coagwatch::fuzz
