#pragma once

#include <string>
#include <string_view>

#include "fhir/intake_checks.h"
#include "fhir/item_list.h"
#include "fhir/json_reader.h"
#include "fhir/resource_locator.h"
#include "fhir/specimen.h"

namespace coagwatch::fhir {

/// Finds the results of one resource that was parsed: of an Observation itself, of its components, of the Observations
/// that it, or another resource, contains.
///
/// Not thread-safe.
class ResourceIntake {
 public:
  /// What is referred to must outlive this.
  ResourceIntake(const Terminology& terminology, const rules::SiteProfile& site, const IntakeLimits& limits,
                 const TimeZone& zone, const Servers& servers, const std::string& own_base);

  /// Adds at least one item. `resource` is what was read from `bytes`; `bundle` and `entry` tell where it stands, null
  /// outside of a Bundle.
  void read(const Observation& resource, std::string_view bytes, const RecordContext& record, BundleContext* bundle,
            const LocatedResource* entry, ItemList& items);

 private:
  void read_contained(std::string_view bytes, Surroundings surroundings, ItemList& items);
  void judge(const Observation& observation, const Surroundings& surroundings, ItemList& items);

  void read_facts(const Observation& observation, ItemList& items, std::size_t first);

  const Terminology& terminology_;
  const rules::SiteProfile& site_;
  const IntakeLimits& limits_;
  const TimeZone& zone_;
  const Servers& servers_;
  IntakeChecks checks_;
  ContainedSpecimens specimens_;
  JsonReader contained_reader_;
  ResourceLocator contained_locator_;
  Observation contained_observation_;
};

}  // namespace coagwatch::fhir
