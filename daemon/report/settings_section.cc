#include <algorithm>

#include "daemon/report/html.h"
#include "daemon/report/sections.h"

namespace coagwatch::daemon {
namespace {

/// Rows of settings; what is not set has none.
class Settings {
 public:
  explicit Settings(std::string& out) : table_(out, "Configuration", {{"Setting", false}, {"Value", false}}) {}

  void add(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    table_.row();
    table_.head(escaped(name));
    table_.text(value);
  }
  void add(std::string_view name, const std::optional<rules::Decimal>& value, std::string_view unit) {
    if (value) add(name, value->to_string() + (unit.empty() ? "" : " " + std::string(unit)));
  }

 private:
  Table table_;
};

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

std::string file_names(const std::vector<std::string>& paths) {
  std::string all;
  for (const std::string& path : paths) all.append(all.empty() ? "" : ", ").append(last_part(path));
  return all;
}

std::string amounts(const std::array<std::optional<rules::Decimal>, rules::kMeasureCount>& values) {
  std::string all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    const rules::MeasureInfo& info = rules::measure_info(static_cast<rules::Measure>(i));
    all.append(all.empty() ? "" : ", ").append(info.name).append(" ").append(values[i]->to_string());
    if (info.unit != "1") all.append(" ").append(info.unit);
  }
  return all;
}

std::string charted(const rules::SiteProfile& site) {
  std::string all;
  for (std::size_t i = 0; i < rules::kFactCount; ++i) {
    if (!site.charted[i]) continue;
    all.append(all.empty() ? "" : ", ").append(rules::fact_name(static_cast<rules::Fact>(i)));
  }
  return all;
}

std::string hours(rules::Duration duration) { return fixed(static_cast<double>(duration.micros) / 3.6e9, 0) + " h"; }

void add_site(const rules::SiteProfile& site, Settings& settings) {
  using Reference = rules::SiteProfile::PtReference;
  using Flavour = rules::SiteProfile::DDimerFlavour;
  settings.add("site.pt-control-seconds", site.pt_control_seconds, "s");
  settings.add("site.pt-upper-limit-seconds", site.pt_upper_limit_seconds, "s");
  settings.add("site.pt-reference", site.pt_reference == Reference::upper_limit ? "upper-limit" : "control");
  settings.add("site.isi", site.isi, "");
  settings.add("site.upper-limits", amounts(site.upper_limits));
  if (site.d_dimer_flavour != Flavour::unknown) {
    settings.add("site.d-dimer-flavour", site.d_dimer_flavour == Flavour::feu ? "feu" : "ddu");
  }
  if (!site.d_dimer_kit.empty())
    settings.add("FDP from D-dimer", counted(site.d_dimer_kit.size(), "point") + " of a kit");
  settings.add("site.caps", amounts(site.caps));
  settings.add("site.floors", amounts(site.floors));
  if (site.platelet_fall_grace > rules::Duration{0}) {
    settings.add("site.platelet-fall-grace", hours(site.platelet_fall_grace));
  }
  if (site.decimal_comma) settings.add("site.decimal-comma", "yes");
  if (site.hold_preliminary) settings.add("site.hold-preliminary", "yes");
  settings.add("site.charted", charted(site));
}

void add_alerts(const rules::AlertPolicy& alerts, Settings& settings) {
  settings.add("Alerting, overt tier", joined(alerts.overt_tier));
  settings.add("Alerting, early tier", joined(alerts.early_tier));
  settings.add("Alerting, for malignancy or marrow suppression", joined(alerts.malignancy_tier));
  settings.add("Alerting, in pregnancy", joined(alerts.pregnancy_tier));
  settings.add("Passive while the gate is unconfirmed", joined(alerts.passive_unconfirmed));
  settings.add("Course gap", hours(alerts.course_gap));
}

std::string met_text(const rules::Criterion& criterion) {
  switch (criterion.result) {
    case rules::Criterion::Result::points:
      return "from " + counted(static_cast<std::uint64_t>(std::max<int>(criterion.table.met.cut, 0)), "point");
    case rules::Criterion::Result::status:
      return "by conditions";
    case rules::Criterion::Result::group:
      break;
  }
  return "a group, no status";
}

}  // namespace

void write_settings(const ReportView& view, std::string& out) {
  const Config& config = view.source().config;
  const Section section(out, "settings", "Rule set and configuration");
  {
    Settings settings(out);
    settings.add("coagwatch", COAGWATCH_VERSION);
    settings.add("Rule set", view.rules().hash.substr(0, 16));
    settings.add("Configuration file", config.file.empty() ? "none: defaults" : last_part(config.file));
    settings.add("time.source", view.source().event_time ? "event" : "record");
    settings.add("site.time-zone", config.time_zone.name());
    settings.add("Results are kept for", hours(config.window.window));
    add_site(view.rules().site, settings);
    add_alerts(config.alerts, settings);
    settings.add("terminology.maps", file_names(config.maps));
  }
  out += "<h3>Criteria in force</h3>\n";
  Table table(out, "Criteria in force", {{"Criterion", false}, {"Version", false}, {"Met", false}, {"From", false}});
  for (std::size_t i = 0; i < view.rules().criteria.size(); ++i) {
    const rules::Criterion& criterion = view.rules().criteria[i];
    table.row();
    table.head(view.titled(i));
    table.text(criterion.version);
    table.text(met_text(criterion));
    table.text(criterion.site_file.empty() ? "built in" : last_part(criterion.site_file));
  }
}

}  // namespace coagwatch::daemon
