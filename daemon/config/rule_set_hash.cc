#include "daemon/config/rule_set_hash.h"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "daemon/config/sha256.h"

namespace coagwatch::daemon {
namespace {

/// Changes when what is hashed, or how, changes.
constexpr std::string_view kVersion = "coagwatch rule set 4";

void append_part(std::string& out, std::string_view name, std::string_view value) {
  for (const std::string_view part : {name, value}) {
    out += std::to_string(part.size());
    out += ':';
    out += part;
  }
}

void append_decimal(std::string& out, std::string_view name, const std::optional<rules::Decimal>& value) {
  // 12 and 12.0 are the same setting.
  append_part(out, name, value ? value->normalized().to_string() : "none");
}

void append_amounts(std::string& out, std::string_view name,
                    const std::array<std::optional<rules::Decimal>, rules::kMeasureCount>& amounts) {
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (!amounts[i]) continue;
    append_part(out, name, rules::measure_info(static_cast<rules::Measure>(i)).name);
    append_decimal(out, "is", amounts[i]);
  }
}

void append_site(std::string& out, const rules::SiteProfile& site) {
  append_decimal(out, "pt-control-seconds", site.pt_control_seconds);
  append_decimal(out, "pt-upper-limit-seconds", site.pt_upper_limit_seconds);
  append_part(out, "pt-reference", std::to_string(static_cast<int>(site.pt_reference)));
  append_decimal(out, "isi", site.isi);
  append_amounts(out, "upper-limit", site.upper_limits);
  append_amounts(out, "cap", site.caps);
  append_amounts(out, "floor", site.floors);
  append_part(out, "platelet-fall-grace", std::to_string(site.platelet_fall_grace.micros));
  append_part(out, "decimal-comma", site.decimal_comma ? "yes" : "no");
  append_part(out, "hold-preliminary", site.hold_preliminary ? "yes" : "no");
  append_part(out, "d-dimer-flavour", std::to_string(static_cast<int>(site.d_dimer_flavour)));
  for (const rules::KitPoint& point : site.d_dimer_kit) {
    append_decimal(out, "kit-fdp", point.fdp);
    append_decimal(out, "kit-d-dimer", point.d_dimer);
  }
  for (std::size_t i = 0; i < rules::kFactCount; ++i) {
    if (site.charted[i]) append_part(out, "charted", rules::fact_name(static_cast<rules::Fact>(i)));
  }
}

void append_tier(std::string& out, std::string_view name, const std::vector<std::string>& criteria) {
  append_part(out, name, std::to_string(criteria.size()));
  for (const std::string& id : criteria) append_part(out, "criterion", id);
}

void append_alerts(std::string& out, const rules::AlertPolicy& alerts) {
  append_tier(out, "early", alerts.early_tier);
  append_tier(out, "overt", alerts.overt_tier);
  append_tier(out, "malignancy", alerts.malignancy_tier);
  append_tier(out, "pregnancy", alerts.pregnancy_tier);
  for (const rules::Duration duration :
       {alerts.live, alerts.late, alerts.confirmation, alerts.relapse, alerts.course_gap, alerts.apart,
        alerts.vital_signs, alerts.transfusion, alerts.bundle, alerts.settling, alerts.notice_gap,
        alerts.platelet_trend, alerts.trend, alerts.re_evaluation, alerts.departure, alerts.retention}) {
    append_part(out, "alert", std::to_string(duration.micros));
  }
  append_part(out, "worsening", std::to_string(alerts.worsening));
  append_part(out, "reminders", std::to_string(alerts.reminders));
}

/// They decide what is a dead letter, and what of a patient is kept.
void append_limits(std::string& out, const Config& config) {
  const std::array<std::pair<std::string_view, std::uint64_t>, 8> limits = {
      {{"bytes", config.intake.bytes},
       {"depth", config.intake.depth},
       {"entries", config.intake.entries},
       {"number-length", config.intake.number_length},
       {"window", static_cast<std::uint64_t>(config.window.window.micros)},
       {"per-measure", config.window.per_measure},
       {"retractions", config.window.retractions},
       {"state-bytes", config.window.bytes}}};
  for (const auto& [name, value] : limits) append_part(out, name, std::to_string(value));
}

}  // namespace

std::string rule_set_hash(const std::vector<HashedCriterion>& criteria, std::string_view terminology,
                          const Config& config) {
  std::string bytes(kVersion);
  for (const HashedCriterion& criterion : criteria) {
    append_part(bytes, "criterion", criterion.id);
    append_part(bytes, "profile", criterion.profile);
    append_part(bytes, "text", criterion.text);
  }
  append_part(bytes, "terminology", terminology);
  append_site(bytes, config.site);
  append_part(bytes, "time-zone", config.time_zone.name());
  append_alerts(bytes, config.alerts);
  append_limits(bytes, config);
  // What a record holds, and in what order.
  for (const std::string& pointer : config.input.envelopes) append_part(bytes, "envelope", pointer);
  for (const std::string& base : config.intake.bases) append_part(bytes, "base", base);
  append_part(bytes, "lenient-versions", config.intake.lenient_versions ? "yes" : "no");
  return sha256_hex(bytes);
}

}  // namespace coagwatch::daemon
