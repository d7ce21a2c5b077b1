#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/values/interval.h"
#include "rules/values/measure.h"
#include "rules/values/timestamp.h"

namespace coagwatch::rules {

/// Observation.status of a result in force. Numbers are part of the changelog format.
enum class ResultStatus : std::uint8_t { final = 0, preliminary = 1, amended = 2, corrected = 3, unknown = 4 };

/// Why a result is kept as evidence but never scored. Numbers are part of the
/// changelog format.
enum class Unusable : std::uint8_t {
  none = 0,
  d_dimer_flavour = 1,
  clotted_specimen = 2,
  haemolysed = 3,
  platelet_clumps = 4,
  status_unknown = 5,
  preliminary = 6,
};

/// Marks that travel with a result into the evidence; bit positions are part of the changelog format.
enum ResultFlag : std::uint16_t {
  kFlagDateOnly = 1,          ///< the collection time was a date alone
  kFlagTimeFromIssued = 2,    ///< no collection time was given, `issued` stands in
  kFlagDduConverted = 4,      ///< a DDU value, doubled to FEU
  kFlagAgeAdjustedLimit = 8,  ///< its own upper limit looked age-adjusted
  kFlagMultipleOnly = 16,     ///< a D-dimer that named neither FEU nor DDU: good for multiples of its own limit only
  kFlagZoneAssumed = 32,      ///< the collection time came without zone and was read in the site's
  kFlagSilentCap = 64,        ///< exactly the end of what the site's assay measures: read as a bound
  kFlagHaemolysed = 128,      ///< of a haemolysed specimen, which does not spoil this test
  kFlagLipaemic = 256,        ///< of a lipaemic specimen
  kFlagIcteric = 512,         ///< of an icteric specimen
  kFlagAdopted = 1024,        ///< recorded under another key of the patient (merge.h)
  kFlagWindowGrace = 2048,  ///< of a platelet fall: its baseline is older than 24 h (SiteProfile::platelet_fall_grace)
};

/// One laboratory result or reading, in canonical unit, as intake understood it.
struct LabResult {
  Measure measure = Measure::platelets;
  Interval value;                        ///< canonical unit of the measure
  std::optional<Decimal> upper_limit;    ///< own reference range high, canonical unit (D-dimer: own flavour)
  Timestamp at = Timestamp::none();      ///< collection time
  Timestamp issued = Timestamp::none();  ///< when the laboratory released it, if said
  std::uint8_t method_rank = 0;          ///< at the same collection time the higher rank counts (Clauss, citrate)
  ResultStatus status = ResultStatus::final;
  Unusable unusable = Unusable::none;
  std::uint16_t flags = 0;  ///< ResultFlag bits
};

/// Which of two versions of the same resource is newer.
struct Version {
  std::optional<std::uint64_t> number;         ///< meta.versionId where it is a plain number
  Timestamp last_updated = Timestamp::none();  ///< meta.lastUpdated
};

/// Parts the identity of a resource from that of one of its results: `Observation/a1`, separator, `platelets`. What
/// begins with the identity of a resource and a separator is a part of that resource.
inline constexpr char kPartSeparator = '\x1f';
/// Parts an identifier, which the results of a specimen may share (an accession number), from the measure of one of
/// them: each has versions of its own. What takes the identifier alone back takes all of them back.
inline constexpr char kMeasureSeparator = '\x1e';

/// One thing to apply to a patient's state. The views live as long as the input record they were read from.
struct Change {
  enum class Kind : std::uint8_t {
    result,
    retraction,  ///< `entered-in-error`, `cancelled`, deletion: removes the result, its parts too; is remembered
    /// A newer version that is itself dead or without value: takes the earlier version's value away if that is not
    /// provably newer. It is remembered only against what is provably older, so that the next good version counts.
    withdrawal,
  };
  Kind kind = Kind::result;
  /// Reference for people and derivedFrom, `Observation/a1`; may be empty.
  std::string_view source;
  /// What makes two versions the same result: `Observation/a1`, `system|value`, or composed; of one of several
  /// results of a resource with the resource's before it (kPartSeparator).
  std::string_view identity;
  Version version;
  LabResult result;  ///< of another kind only `at` is meaningful, and may be unknown
  /// 64 bits that stand for the resource's absolute URL or business identifier, by which it is known whoever it is
  /// about (moved.h); 0: it has none.
  std::uint64_t fingerprint = 0;
  /// Reference of the encounter that the result belongs to; may be empty.
  // NOLINTNEXTLINE(readability-redundant-member-init): GCC would ask every initializer list to name it.
  std::string_view encounter = {};
  /// Recorded under another key of the patient (merge.h): against what his own records say of the same identity it
  /// counts only where it is provably newer.
  bool adopted = false;
  /// Of another kind than a result, which has no parts: `result.measure` is meaningful too.
  bool names_measure = false;
};

/// What became of a change (the dispositions that patient state decides).
enum class ApplyOutcome : std::uint8_t {
  applied,     ///< in force now (or kept as evidence if unusable)
  duplicate,   ///< the same content again, the same retraction again, or a withdrawal of nothing
  superseded,  ///< an older version arrived late
  retracted,   ///< removed a result, or remembered that one must not come back
  ambiguous,   ///< a retraction by an identifier that several resources in force have: none of them was taken back
};

}  // namespace coagwatch::rules
