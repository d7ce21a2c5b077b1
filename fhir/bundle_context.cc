#include "fhir/bundle_context.h"

#include <algorithm>

#include "fhir/identity.h"
#include "fhir/servers.h"

namespace coagwatch::fhir {
namespace {

constexpr std::string_view kPatient = "Patient";
constexpr std::string_view kSpecimen = "Specimen";
constexpr std::string_view kDiagnosticReport = "DiagnosticReport";
constexpr std::string_view kObservation = "Observation";

/// A result and the panels around it: more are not looked at.
constexpr std::size_t kMostPanels = 8;

/// The URL of a resource, without its version; empty for every other fullUrl.
std::string_view location(std::string_view full_url) {
  return full_url.starts_with("http") ? full_url.substr(0, full_url.find(kHistory)) : std::string_view();
}

/// What entries of one name say of themselves: as versions of one resource they do not contradict each other.
class SameResource {
 public:
  explicit SameResource(const LocatedResource& first) : type_(first.type) {}
  void hear(const LocatedResource& resource) {
    same_ = same_ && resource.type == type_ && agrees(id_, resource.id) && agrees(url_, location(resource.full_url));
  }
  [[nodiscard]] bool same() const { return same_; }

 private:
  static bool agrees(std::string_view& known, std::string_view said) {
    if (known.empty()) known = said;
    return said.empty() || said == known;
  }

  std::string_view type_, id_, url_;
  bool same_ = true;
};

}  // namespace

BundleContext::BundleContext(std::uint32_t max_depth, const Terminology& terminology, const Servers& servers)
    : terminology_(terminology), servers_(servers), reader_(max_depth) {}

void BundleContext::set(std::span<const LocatedResource> resources) {
  resources_ = resources;
  names_.clear();
  names_listed_ = false;
  patients_.assign(resources.size(), std::nullopt);
  versions_.clear();
  report_times_.clear();
  panel_times_.clear();
  panels_.clear();
  reports_read_ = false;
  specimens_.clear();
  texts_.clear();
}

void BundleContext::list_names() {
  names_listed_ = true;
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    const LocatedResource& resource = resources_[i];
    if (resource.role != LocatedResource::Role::entry) continue;
    if (!resource.full_url.empty()) names_.emplace_back(resource.full_url, i);
    if (resource.type.empty() || resource.id.empty()) continue;
    const std::string_view name = texts_.join({resource.type, "/", resource.id});
    if (name != resource.full_url) names_.emplace_back(name, i);
  }
  std::ranges::sort(names_);
}

std::span<const BundleContext::Name> BundleContext::named(std::string_view reference) {
  if (!names_listed_) list_names();
  const auto first = std::ranges::lower_bound(names_, reference, {}, &Name::first);
  const auto last = std::ranges::upper_bound(names_, reference, {}, &Name::first);
  return {first, last};
}

std::optional<SubjectReading> BundleContext::patient(std::string_view urn, TextArena& arena) {
  const std::span<const Name> found = named(urn);
  if (found.empty()) return std::nullopt;
  if (found.size() > 1) {
    return SubjectReading{{}, dead(Reason::ambiguous_subject, "subject.reference: several entries have this fullUrl")};
  }
  const std::size_t index = found.front().second;
  std::optional<SubjectReading>& known = patients_[index];
  if (!known) known = read_patient(resources_[index], arena);
  return known;
}

const LocatedResource* BundleContext::entry(std::string_view reference) {
  const std::span<const Name> found = named(reference.substr(0, reference.find(kHistory)));
  return found.size() == 1 ? &resources_[found.front().second] : nullptr;
}

SubjectReading BundleContext::read_patient(const LocatedResource& resource, TextArena& arena) {
  const auto refused = [](std::string_view text) { return SubjectReading{{}, dead(Reason::ambiguous_subject, text)}; };
  if (resource.type != kPatient) {
    return {{}, ignored(Reason::other_subject, "subject.reference: the entry is not a Patient")};
  }
  if (!resource.duplicate.empty() || resource.two_ids) return refused("entry Patient: a key stands twice");
  const SubjectScope scope(servers_, this, &resource);
  if (const auto target = read_patient_target(resource.url, scope, arena)) return *target;
  if (!resource.if_none_exist.empty()) return read_patient_condition(resource.if_none_exist, arena);
  if (!resource.id.empty()) return servers_.patient(scope.base, arena.join({"Patient/", resource.id}), arena);
  if (reader_.read(resource.bytes, patient_fields_) == JsonReader::Outcome::object) {
    const std::string_view key = only_identifier_key(patient_fields_.identifiers, arena);
    if (!key.empty()) return {key, {}};
  }
  return refused("entry Patient: expected an id or exactly one identifier with a value");
}

const KnownSpecimen* BundleContext::specimen(std::string_view reference) {
  const LocatedResource* const found = entry(reference);
  if (found == nullptr || found->type != kSpecimen) return nullptr;
  if (specimens_.empty()) specimens_.resize(resources_.size());
  SpecimenSlot& slot = specimens_[static_cast<std::size_t>(found - resources_.data())];
  if (!slot.read) slot = {true, read_specimen_entry(*found)};
  return slot.known ? &*slot.known : nullptr;
}

std::optional<KnownSpecimen> BundleContext::read_specimen_entry(const LocatedResource& resource) {
  if (reader_.read(resource.bytes, specimen_fields_) != JsonReader::Outcome::object) return std::nullopt;
  KnownSpecimen known{specimen_fields_.collected, read_specimen(specimen_fields_, terminology_)};
  // The reader's buffer is for the next one.
  for (Scalar* const text : {&known.collected.date_time, &known.collected.period.start, &known.collected.period.end}) {
    text->text = texts_.join({text->text});
  }
  return known;
}

std::optional<TimeReading> BundleContext::report_time(const LocatedResource& resource, const TimeZone& zone) {
  if (!reports_read_) read_reports(zone);
  if (report_times_.empty()) return std::nullopt;
  list_chain(static_cast<std::size_t>(&resource - resources_.data()));
  std::optional<TimeReading> time;
  bool agree = true;
  for (const std::size_t each : chain_) {
    for (const NamePlace name : versions_[each]) {
      const ReportTime* const named = report_time_of(name);
      if (named == nullptr) continue;
      agree = agree && named->agree && (!time || time->at == named->time.at);
      time = named->time;
    }
  }
  if (time && !(agree && panels_agree(*time))) {
    time->at = rules::Timestamp::none();
    time->problem = dead(Reason::no_time, "effective[x]: missing, and its DiagnosticReports and panels differ");
  }
  return time;
}

void BundleContext::list_chain(std::size_t result) {
  chain_.assign(1, result);
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    for (const NamePlace member : versions_[chain_[i]]) {
      auto at = std::ranges::lower_bound(panels_, std::pair(member, std::size_t{0}));
      for (; at != panels_.end() && at->first == member && chain_.size() < kMostPanels; ++at) {
        if (std::ranges::count(chain_, at->second) == 0) chain_.push_back(at->second);
      }
    }
  }
}

const BundleContext::ReportTime* BundleContext::report_time_of(NamePlace name) const {
  const auto found = std::ranges::lower_bound(report_times_, name, {}, &ReportTime::name);
  return found != report_times_.end() && found->name == name ? &*found : nullptr;
}

/// Whether no panel of the chain has another time of its own.
bool BundleContext::panels_agree(const TimeReading& time) const {
  return std::ranges::all_of(chain_, [&](std::size_t panel) {
    const auto own = std::ranges::lower_bound(panel_times_, panel, {}, [](const auto& each) { return each.first; });
    return own == panel_times_.end() || own->first != panel || own->second.at == time.at;
  });
}

/// All that have a name are versions of one resource, or the name means nothing.
void BundleContext::list_versions() {
  versions_.assign(resources_.size(), {kNoName, kNoName});
  for (std::size_t begin = 0, end = 0; begin < names_.size(); begin = end) {
    SameResource resource(resources_[names_[begin].second]);
    for (; end < names_.size() && names_[end].first == names_[begin].first; ++end) {
      resource.hear(resources_[names_[end].second]);
    }
    if (!resource.same()) continue;
    for (std::size_t i = begin; i < end; ++i) {
      auto& [first, second] = versions_[names_[i].second];
      (first == kNoName ? first : second) = begin;
    }
  }
}

BundleContext::NamePlace BundleContext::place_of(std::string_view reference) {
  const std::span<const Name> found = named(reference.substr(0, reference.find(kHistory)));
  return found.empty() ? kNoName : static_cast<NamePlace>(found.data() - names_.data());
}

void BundleContext::read_reports(const TimeZone& zone) {
  reports_read_ = true;
  for (const LocatedResource& resource : resources_) {
    if (resource.role != LocatedResource::Role::entry || resource.type != kDiagnosticReport) continue;
    if (reader_.read(resource.bytes, report_fields_) != JsonReader::Outcome::object) continue;
    if (!report_fields_.duplicate_field.empty()) continue;
    const auto time = read_effective(report_fields_, zone);
    if (!time) continue;
    for (const Reference& result : report_fields_.results) {
      const NamePlace name = place_of(result.reference.string());
      if (name != kNoName) report_times_.push_back({name, *time});
    }
  }
  if (report_times_.empty()) return;
  join_report_times();
  list_versions();
  read_panels(zone);
}

/// Leaves one for each name.
void BundleContext::join_report_times() {
  std::ranges::stable_sort(report_times_, {}, &ReportTime::name);
  std::size_t used = 0;
  for (const ReportTime& each : report_times_) {
    if (used == 0 || report_times_[used - 1].name != each.name) {
      report_times_[used++] = each;
      continue;
    }
    ReportTime& joined = report_times_[used - 1];
    joined.agree = joined.agree && joined.time.at == each.time.at;
    joined.time = each.time;
  }
  report_times_.erase(report_times_.begin() + static_cast<std::ptrdiff_t>(used), report_times_.end());
}

void BundleContext::read_panels(const TimeZone& zone) {
  for (std::size_t i = 0; i < resources_.size(); ++i) {
    const LocatedResource& resource = resources_[i];
    if (resource.role != LocatedResource::Role::entry || resource.type != kObservation) continue;
    // Most are no panels, and to look for the key is cheaper than to read them.
    if (resource.bytes.find("\"hasMember\"") == std::string_view::npos) continue;
    if (reader_.read(resource.bytes, report_fields_) != JsonReader::Outcome::object) continue;
    if (!report_fields_.duplicate_field.empty()) continue;
    if (const auto time = read_effective(report_fields_, zone)) panel_times_.emplace_back(i, *time);
    for (const Reference& member : report_fields_.results) {
      const NamePlace name = place_of(member.reference.string());
      if (name != kNoName) panels_.emplace_back(name, i);
    }
  }
  std::ranges::sort(panels_);
  panels_.erase(std::unique(panels_.begin(), panels_.end()), panels_.end());
}

}  // namespace coagwatch::fhir
