#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/context_facts.h"
#include "fhir/replaced.h"
#include "fhir/terminology.h"
#include "fhir/time_zone.h"
#include "rules/patient/result.h"
#include "rules/values/site.h"

namespace coagwatch::fhir {

/// What became of one result found in the input, exactly one of these. `applied`,
/// `duplicate`, `superseded` and `retracted` are decided by the patient's state; intake leaves them as `candidate`.
enum class Disposition : std::uint8_t { candidate, applied, duplicate, superseded, retracted, ignored, unusable, dead };
std::string_view disposition_name(Disposition disposition);

/// Why. A bounded set: metrics use it as a label.
enum class Reason : std::uint8_t {
  none,
  // dead letters
  invalid_utf8,
  malformed_json,
  duplicate_key,
  too_large,
  too_deep,
  not_fhir,
  unsupported_fhir_version,
  no_subject,
  ambiguous_subject,
  unresolved_reference,
  no_code,
  no_time,
  invalid_time,
  invalid_status,
  invalid_value,
  implausible_value,
  unknown_unit,
  modifier_extension,
  // ignored
  other_resource,
  not_a_laboratory_result,
  unmapped_code,
  other_subject,
  own_output,
  no_value,
  registered,
  focus,
  specimen,
  // unusable
  d_dimer_flavour,
  clotted_specimen,
  haemolysed,
  platelet_clumps,
  status_unknown,
  preliminary,
};
inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(Reason::preliminary) + 1;
/// As in records and metrics: `unknown-unit`; empty for none.
std::string_view reason_name(Reason reason);
/// What a result that is unusable for this reason is stored as; none for other reasons.
rules::Unusable unusable_of(Reason reason);

/// What a check of an Observation says, if it speaks.
struct Verdict {
  Disposition disposition = Disposition::dead;
  Reason reason = Reason::none;
  std::string_view text;  ///< the field and what was expected; a constant, never a value of the input
};

/// One result found in an input record. The views live until the next Intake::read on the same object.
struct Item {
  std::uint32_t entry = 0;  ///< index in the outermost Bundle or envelope's list, 0 for a bare resource
  std::string_view bytes;   ///< the entry's resource as it stands in the record, or in an escaped text of it, decoded;
                            ///< empty: the whole record
  Disposition disposition = Disposition::dead;
  Reason reason = Reason::none;
  std::string_view resource;  ///< `Observation/a1`; empty if it has no id
  std::string_view patient;   ///< patient key, exact bytes; empty if none could be read
  std::string_view specimen;  ///< the reference to its specimen, as written
  /// The offending field and what was expected, without any value of the input (no patient data):
  /// `valueQuantity.code: unit is not known for platelets`.
  std::string text;
  /// Complete for candidate. For unusable it is evidence only where `patient` is not empty and `change.result.at` is
  /// known, and its value is unbounded unless `value_known`. Otherwise identity, version, measure and at as far as
  /// they could be read, so that a dead new version can take the old value away.
  rules::Change change;
  /// A deletion, or a retraction, that names an Observation, but no patient: it concerns the one who holds it.
  bool deletion = false;
  /// The server that it stands on, of those listed in `input.bases`; empty where none is, or it is not said.
  std::string_view base;
  /// Of such a retraction: what it is if nobody holds it.
  std::optional<Verdict> otherwise;
  /// A further result of an Observation that was taken back: what happened to the result before happened to it.
  bool shares_fate = false;
  /// On the first item of an Observation: results that it replaces under an id of its own.
  std::vector<Replaced> replaces;
  /// On the last item of a resource that may have brought results before: what its earlier versions said, and this one
  /// does not, no longer counts.
  struct Last {
    std::string_view identity;  ///< of the resource; empty on other items
    std::string_view patient;
    rules::Version version;
    bool retracted = false;  ///< no Observation, and taken back with all that it ever contained
  };
  Last last;
  bool clumps = false;            ///< says that there are clumps of platelets in its specimen
  bool measure_known = false;     ///< change.result.measure is meaningful
  bool value_known = false;       ///< change.result.value is meaningful
  std::string_view code;          ///< for unmapped_code: `system|code`, bounded length
  std::string_view display;       ///< for unmapped_code: what the code is called there, bounded length; may be empty
  std::string_view code_problem;  ///< for unmapped_code: why a code that is mapped is not taken; else empty
  ContextFacts context;           ///< what the resource says of a patient besides; on one item of it
};

/// Limits on one input record (`limits.*`), how strictly it is read, and whose resources it may hold.
struct IntakeLimits {
  std::size_t bytes = 4 * 1024 * 1024;  ///< larger is `too-large`
  std::uint32_t depth = 64;             ///< deeper is `too-deep`
  std::uint32_t number_length = 256;    ///< a longer number is `invalid-value`
  std::size_t entries = 10'000;         ///< a record with more Bundle entries, or results in one, is `too-large`
  bool lenient_versions = false;        ///< reads Observations of older versions of FHIR (`input.lenient-versions`)
  std::vector<std::string> bases;       ///< FHIR servers whose resources are on the topic (`input.bases`)
};

/// A record's headers, looked up only where they matter.
class RecordHeaders {
 public:
  virtual ~RecordHeaders() = default;
  /// The last header of that name; nullopt if there is none, or it has no value. Lives as long as the record.
  [[nodiscard]] virtual std::optional<std::string_view> find(std::string_view name) const = 0;
  /// All of them, in their order; a header without a value has an empty one. They live as long as the record.
  virtual void list(std::vector<std::pair<std::string_view, std::string_view>>& out) const = 0;
};

/// What surrounds a record's bytes.
struct RecordContext {
  std::string_view key;                              ///< Kafka key
  rules::Timestamp time = rules::Timestamp::none();  ///< Kafka timestamp; none: no future check (event time)
  const RecordHeaders* headers = nullptr;            ///< null: none
};

/// Reads input records: FHIR R4 JSON in, results out, in the order of checks of fhir/README.md.
/// Never throws, never guesses: every record yields at least one item. So far Observations, bare, contained, in Bundles
/// and in envelopes, with their components, and deletions; every other resource is one `other-resource`, also where
/// facts are read from it (README.md, "Decisions").
///
/// Not thread-safe: each worker has its own. Reuses its buffers; no allocation per record in the steady state.
class Intake {
 public:
  /// `terminology` must outlive this. `zone` is the site's, for dates and times without a zone. `envelopes` are JSON
  /// pointers to where resources stand in records that are none themselves (`input.envelope`).
  Intake(const Terminology& terminology, const rules::SiteProfile& site, IntakeLimits limits, TimeZone zone,
         const std::string& own_base, std::span<const std::string> envelopes = {});
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  /// The results in `bytes` (a Kafka value; null data means a tombstone). They stay valid until the next call, and are
  /// the caller's to go on with until then.
  std::span<Item> read(std::string_view bytes, const RecordContext& context);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace coagwatch::fhir
