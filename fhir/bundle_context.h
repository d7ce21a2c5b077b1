#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/json_reader.h"
#include "fhir/resource_locator.h"
#include "fhir/subject.h"
#include "fhir/text_arena.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

/// What a Bundle says about the references inside of it: which entry a `urn:` means.
///
/// Not thread-safe. Keeps its buffers from Bundle to Bundle.
class BundleContext {
 public:
  explicit BundleContext(std::uint32_t max_depth);

  /// Takes the resources of a record. They, and what they refer to, must outlive the use of this.
  void set(std::span<const LocatedResource> resources);

  /// The patient that a `urn:` stands for, as read_subject gives it; nullopt if no entry has it as fullUrl. The key is,
  /// in this order, what the entry is written to (`Patient/17`, `Patient?identifier=system|value`), its id, its only
  /// identifier.
  std::optional<SubjectReading> patient(std::string_view urn, TextArena& arena);

 private:
  struct Known {
    std::string urn;
    std::optional<SubjectReading> reading;  ///< nullopt: no entry has this fullUrl
  };

  std::optional<SubjectReading> find(std::string_view urn, TextArena& arena);
  SubjectReading read_patient(const LocatedResource& resource, TextArena& arena);

  std::span<const LocatedResource> resources_;
  std::vector<Known> known_;
  JsonReader reader_;
  Observation fields_;
};

}  // namespace coagwatch::fhir
