#include "daemon/config/site_keys.h"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/config/key_types.h"
#include "daemon/config/kit_keys.h"
#include "daemon/config/site_amounts.h"
#include "rules/values/isi_root.h"

namespace coagwatch::daemon {
namespace {

using rules::Decimal;
using rules::Fact;
using rules::Measure;
using rules::SiteProfile;

/// Bedside facts and treatments that a ward can always chart. Facts that define a population or open a gate are not
/// here: "no" for them must come from an explicit resource.
constexpr std::array kChartable = {Fact::bleeding,
                                   Fact::organ_symptoms,
                                   Fact::thrombomodulin,
                                   Fact::fibrinogen_concentrate,
                                   Fact::platelet_transfusion,
                                   Fact::red_cell_transfusion,
                                   Fact::plasma_transfusion,
                                   Fact::antithrombin_concentrate,
                                   Fact::vasopressor,
                                   Fact::respiratory_support,
                                   Fact::ecmo,
                                   Fact::renal_replacement};

/// A prothrombin time.
Key seconds_key(std::string path, std::string meaning, std::optional<Decimal>& (*target)(SiteProfile&)) {
  const Decimal most = rules::measure_info(Measure::pt_seconds).plausible_high;
  const std::string what = "number above 0, at most " + most.to_string() + ", s";
  Key key{std::move(path), what, "", std::move(meaning), false, {}, {}};
  key.read = [what, most, target](Draft& draft, const Value& value) -> Wrong {
    const std::optional<Decimal> number = Decimal::parse(value.text);
    if (!number || number->sign() <= 0 || *number > most) return expected("a " + what, value);
    target(draft.config.site) = number;
    return {};
  };
  return key;
}

Key isi_key() {
  const std::string what = "number from 0.5 to 3, of at most 4 decimals";
  Key key{
      "site.isi", what, "", "International sensitivity index of the thromboplastin. Without it an INR is no PT ratio.",
      false,      {},   {}};
  key.read = [what](Draft& draft, const Value& value) -> Wrong {
    const std::optional<Decimal> number = Decimal::parse(value.text);
    if (!number || !rules::is_usable_isi(*number)) return expected("a " + what, value);
    draft.config.site.isi = number;
    return {};
  };
  return key;
}

std::string names_of(const std::vector<std::string_view>& names) {
  std::string all;
  for (const std::string_view name : names) {
    if (!all.empty()) all += ", ";
    all += name;
  }
  return all;
}

Key charted_key() {
  std::vector<std::string_view> names;
  names.reserve(kChartable.size());
  for (const Fact fact : kChartable) names.push_back(rules::fact_name(fact));
  Key key{"site.charted",
          "list of facts: " + names_of(names),
          "[]",
          "Bedside facts and treatments that the site always charts: where none is charted, there is none.",
          true,
          {},
          {}};
  key.clear = [](Draft& draft) { draft.config.site.charted.reset(); };
  key.read = [names](Draft& draft, const Value& value) -> Wrong {
    const std::optional<Fact> fact = rules::fact_named(value.text);
    if (!fact) return expected("one of " + names_of(names), value);
    if (std::find(kChartable.begin(), kChartable.end(), *fact) == kChartable.end()) {
      return value.shown + " decides who a criterion is for: its absence cannot be assumed. Expected one of " +
             names_of(names);
    }
    draft.config.site.charted.set(rules::index(*fact));
    return {};
  };
  return key;
}

Key time_zone_key() {
  const std::string what = "IANA time zone of this machine's tzdata, such as Europe/Berlin";
  Key key{"site.time-zone",
          what,
          "UTC",
          "What the site's clocks show: for dates alone, and for times that come without a zone.",
          false,
          {},
          {}};
  key.read = [what](Draft& draft, const Value& value) -> Wrong {
    const std::optional<fhir::TimeZone> zone = fhir::TimeZone::named(value.text);
    if (!zone) return expected("an " + what, value);
    draft.config.time_zone = *zone;
    return {};
  };
  return key;
}

}  // namespace

void add_site_keys(std::vector<Key>& keys) {
  keys.push_back(seconds_key("site.pt-control-seconds",
                             "Mean normal prothrombin time. Without it no PT ratio or prolongation comes from seconds.",
                             [](SiteProfile& s) -> std::optional<Decimal>& { return s.pt_control_seconds; }));
  keys.push_back(seconds_key("site.pt-upper-limit-seconds", "Upper limit of the normal prothrombin time.",
                             [](SiteProfile& s) -> std::optional<Decimal>& { return s.pt_upper_limit_seconds; }));
  static constexpr std::array<std::pair<std::string_view, SiteProfile::PtReference>, 2> kReferences = {
      {{"control", SiteProfile::PtReference::control}, {"upper-limit", SiteProfile::PtReference::upper_limit}}};
  keys.push_back(choice_key<SiteProfile::PtReference>(
      "site.pt-reference", kReferences, "control", "What the prolongation of the prothrombin time counts from.",
      [](Config& c) -> SiteProfile::PtReference& { return c.site.pt_reference; }));
  keys.push_back(isi_key());
  add_amount_keys(keys);
  static constexpr std::array<std::pair<std::string_view, SiteProfile::DDimerFlavour>, 2> kFlavours = {
      {{"feu", SiteProfile::DDimerFlavour::feu}, {"ddu", SiteProfile::DDimerFlavour::ddu}}};
  keys.push_back(choice_key<SiteProfile::DDimerFlavour>(
      "site.d-dimer-flavour", kFlavours, "",
      "What the laboratory's D-dimer is measured in, where neither code nor unit says so.",
      [](Config& c) -> SiteProfile::DDimerFlavour& { return c.site.d_dimer_flavour; }));
  add_kit_keys(keys);
  keys.push_back(
      duration_key("site.platelet-fall-grace", {"0s", "2h"}, "0s",
                   "How much more than 24 h before a platelet count its baseline may have been collected, "
                   "where morning draws lie a little more than a day apart. A fall that needs it is marked.",
                   [](Config& c, std::chrono::microseconds t) { c.site.platelet_fall_grace = {t.count()}; }));
  keys.push_back(boolean_key("site.decimal-comma", "no",
                             "Whether `1,4` in a text value is 1.4. Then a point with exactly three digits behind it, "
                             "which could part thousands, is refused.",
                             [](Config& c) -> bool& { return c.site.decimal_comma; }));
  keys.push_back(boolean_key("site.hold-preliminary", "no",
                             "Whether preliminary results are kept unscored (`unusable`, `preliminary`) until they are "
                             "final. Otherwise they are scored, and alerts say so.",
                             [](Config& c) -> bool& { return c.site.hold_preliminary; }));
  keys.push_back(charted_key());
  keys.push_back(time_zone_key());
}

void finish_site(Draft& draft, std::vector<rules::Problem>& problems) {
  const SiteProfile& site = draft.config.site;
  if (site.pt_reference == SiteProfile::PtReference::upper_limit && !site.pt_upper_limit_seconds &&
      !draft.config.undecided("site.pt-upper-limit-seconds")) {
    problems.push_back(
        draft.config.problem("site.pt-reference", "upper-limit needs site.pt-upper-limit-seconds to be set"));
  }
  finish_amounts(draft, problems);
  finish_kit(draft, problems);
}

}  // namespace coagwatch::daemon
