#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/collection_time.h"
#include "fhir/json_reader.h"
#include "fhir/resource_locator.h"
#include "fhir/specimen.h"
#include "fhir/subject.h"
#include "fhir/text_arena.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

/// What is known of a Specimen.
struct KnownSpecimen {
  Collected collected;
  SpecimenReading reading;
};

/// What a Bundle says about the references inside of it: which entry is meant, and what that entry says.
///
/// Not thread-safe. Keeps its buffers from Bundle to Bundle.
class BundleContext {
 public:
  /// What is referred to must outlive this.
  BundleContext(std::uint32_t max_depth, const Terminology& terminology, const Servers& servers);

  /// Takes the resources of a record. They, and what they refer to, must outlive the use of this.
  void set(std::span<const LocatedResource> resources);

  /// The patient that a `urn:` stands for, as read_subject gives it; nullopt if no entry has it as fullUrl. The key is,
  /// in this order, what the entry is written to (`Patient/17`, `Patient?identifier=system|value`), what it must not
  /// exist as yet (ifNoneExist), its id, its only identifier.
  std::optional<SubjectReading> patient(std::string_view urn, TextArena& arena);
  /// The key of the patient that a Patient entry is, in that order.
  SubjectReading patient_entry(const LocatedResource& resource, TextArena& arena) {
    return read_patient(resource, arena);
  }
  /// The only entry that a reference names, by its fullUrl or as `Type/id`; nullptr if there is none or several.
  const LocatedResource* entry(std::string_view reference);

  /// The entry that a reference means, by fullUrl or as `Type/id`, if it is a Specimen; null if there is none, several,
  /// or one that cannot be read. Each is read once, however many results name it.
  const KnownSpecimen* specimen(std::string_view reference);

  /// effective[x] of the DiagnosticReports that name this resource as a result, or a panel that it is a member of, in
  /// whichever version; nullopt if none has one. Several that differ are no-time, so is a panel's own that differs.
  std::optional<TimeReading> report_time(const LocatedResource& resource, const TimeZone& zone);

 private:
  struct SpecimenSlot {
    bool read = false;
    std::optional<KnownSpecimen> known;
  };
  using Name = std::pair<std::string_view, std::size_t>;  ///< fullUrl or `Type/id`, index of the resource
  using NamePlace = std::size_t;                          ///< of the first in names_ that is the same
  static constexpr NamePlace kNoName = static_cast<NamePlace>(-1);
  /// What reports say of one name.
  struct ReportTime {
    NamePlace name;
    TimeReading time;  ///< of the last of them
    bool agree = true;
  };

  void list_names();
  std::span<const Name> named(std::string_view reference);
  SubjectReading read_patient(const LocatedResource& resource, TextArena& arena);
  std::optional<KnownSpecimen> read_specimen_entry(const LocatedResource& resource);
  void list_versions();
  NamePlace place_of(std::string_view reference);
  void read_reports(const TimeZone& zone);
  void join_report_times();
  void list_chain(std::size_t result);
  [[nodiscard]] const ReportTime* report_time_of(NamePlace name) const;
  [[nodiscard]] bool panels_agree(const TimeReading& time) const;
  void read_panels(const TimeZone& zone);

  const Terminology& terminology_;
  const Servers& servers_;
  std::span<const LocatedResource> resources_;
  std::vector<Name> names_;  ///< sorted
  bool names_listed_ = false;
  std::vector<std::optional<SubjectReading>> patients_;  ///< by resource, as far as asked for
  std::vector<SpecimenSlot> specimens_;                  ///< likewise; empty until one is asked for
  std::vector<std::array<NamePlace, 2>> versions_;       ///< by resource: its names that mean one resource only
  std::vector<ReportTime> report_times_;                 ///< by name, each once
  std::vector<std::pair<std::size_t, TimeReading>> panel_times_;  ///< effective[x] by panel, each once
  std::vector<std::pair<NamePlace, std::size_t>> panels_;         ///< member, panel; sorted, each once
  std::vector<std::size_t> chain_;                                ///< a result, its panels, and theirs
  bool reports_read_ = false;
  TextArena texts_;

  JsonReader reader_;
  Contained patient_fields_;
  Observation report_fields_;
  Contained specimen_fields_;
};

}  // namespace coagwatch::fhir
