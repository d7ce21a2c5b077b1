#pragma once

#include <string_view>

#include "fhir/bundle_context.h"
#include "fhir/context_document.h"
#include "fhir/context_facts.h"
#include "fhir/fact_table.h"
#include "fhir/resource_locator.h"
#include "fhir/text_arena.h"
#include "fhir/time_zone.h"

namespace coagwatch::fhir {

/// Reads context resources: Condition, MedicationAdministration, MedicationRequest, MedicationStatement, Procedure,
/// Encounter, Flag, and of Patient the birth date.
///
/// Not thread-safe. A tree takes some times the room of its text, so none is kept.
class ContextReader {
 public:
  /// Longer sources, in bytes, state nothing: they are kept with a patient's facts, many of them.
  static constexpr std::size_t kMaxSourceLength = 256;

  /// What is referred to, all of it the site's, must outlive this.
  ContextReader(const FactTable& table, const TimeZone& zone, const Servers& servers)
      : table_(table), zone_(zone), servers_(servers) {}

  /// Whether resources of that type are read.
  static bool reads(std::string_view type);

  /// The removal that the deletion of what `url` names asks for; false if that is no resource whose facts could be
  /// found by its id. Patients are not: what is deleted there is more than a birth date.
  static bool name_deleted(std::string_view url, const rules::Version& version, TextArena& arena, ContextFacts& out);

  /// Reads the resource `bytes` of a type that is read; JsonReader has found it well-formed. `entry` and `bundle` are
  /// those of a Bundle, null outside of one. `arena` holds the texts that `out` refers to. Returns what was not
  /// understood, a constant without any value of the input; empty if all was.
  std::string_view read(std::string_view bytes, std::string_view type, const LocatedResource* entry,
                        BundleContext* bundle, TextArena& arena, ContextFacts& out);

 private:
  std::string_view read_resource(std::string_view bytes, std::string_view type, const LocatedResource* entry,
                                 BundleContext* bundle, TextArena& arena, ContextFacts& out);
  std::string_view read_patient_key(const ContextNode& root, std::string_view type, const LocatedResource* entry,
                                    BundleContext* bundle, TextArena& arena, ContextFacts& out);
  ContextNode find_medication(const ContextNode& root, BundleContext* bundle);

  const FactTable& table_;
  const TimeZone& zone_;
  const Servers& servers_;
  ContextDocument document_;
  ContextDocument medication_;
  Pool<Contained> contained_;
};

}  // namespace coagwatch::fhir
