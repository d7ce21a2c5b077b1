#include "rules/criterion/text.h"

#include <algorithm>
#include <type_traits>

namespace coagwatch::rules {
namespace {

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all.append(separator);
    all.append(text);
  }
  return all;
}

/// `underlying-disorder` reads as `underlying disorder`.
std::string spaced(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '-', ' ');
  return text;
}

std::string fact_text(const FactTest& test) {
  return spaced(fact_name(test.fact)) + (test.unless ? " (unless " + spaced(fact_name(*test.unless)) + ")" : "");
}

template <typename Facts>
std::string facts_text(const Facts& facts, std::string_view separator) {
  std::vector<std::string> names;
  for (const auto& fact : facts) {
    if constexpr (std::is_same_v<std::decay_t<decltype(fact)>, FactTest>) {
      names.push_back(fact_text(fact));
    } else {
      names.push_back(spaced(fact_name(fact)));
    }
  }
  return joined(names, separator);
}

std::string span_text(Duration span) {
  const std::int64_t hours = span.micros / Duration::hours(1).micros;
  const bool days = hours > 72 && hours % 24 == 0;
  return days ? std::to_string(hours / 24) + " days" : std::to_string(hours) + " h";
}

std::string join_of(const Item& item) {
  switch (item.combine) {
    case Item::Combine::first:
      return item.however_old ? "else, with none current" : "else";
    case Item::Combine::known:
      return "or, of those known, if more";
    case Item::Combine::highest:
      return "or if more";
    case Item::Combine::sum:
      break;
  }
  return "and, at most " + std::to_string(item.cap) + " together";
}

ItemRule rule_of(const Item& item, const Source& source) {
  ItemRule rule;
  rule.what = readable_name(source.measure);
  if (source.per) rule.what.append(" / ").append(readable_name(*source.per));
  if (item.worst_within > Duration{0}) rule.what.append(", worst of ").append(span_text(item.worst_within));
  rule.unit = source.per ? std::string_view() : readable_unit(source.measure);
  for (const Band& band : source.bands) {
    rule.cases.emplace_back(band_text(band), std::to_string(band.points) + (band.final ? " whatever else" : ""));
  }
  return rule;
}

ItemRule rule_of(const Trend& trend) {
  ItemRule rule;
  std::vector<std::string> names;
  names.reserve(trend.measures.size());
  for (const Measure measure : trend.measures) names.emplace_back(readable_name(measure));
  rule.what = "change of " + joined(names, ", else ") + " against the value before, within " +
              span_text(trend.look_back) + "; stable is within " + trend.stable_percent.to_string() + " %";
  rule.cases = {{"rising", std::to_string(trend.rising)},
                {"stable", std::to_string(trend.stable)},
                {"falling", std::to_string(trend.falling)}};
  return rule;
}

std::string sign_text(const Sign& sign) {
  if (sign.fact) return spaced(fact_name(*sign.fact));
  return std::string(readable_name(sign.measure)) + " >= " + std::to_string(sign.at_least);
}

}  // namespace

std::string_view readable_name(Measure measure) {
  std::string_view name = measure_info(measure).display;
  constexpr std::string_view kMultiple = ", multiple of the upper limit";
  if (name.ends_with(kMultiple)) name.remove_suffix(kMultiple.size());
  return name;
}

std::string_view readable_unit(Measure measure) {
  switch (measure) {
    case Measure::d_dimer:
      return "mg/L FEU";
    case Measure::d_dimer_uln:
    case Measure::soluble_fibrin_uln:
    case Measure::tat_uln:
    case Measure::f12_uln:
    case Measure::pic_uln:
      return "x upper limit";
    default:
      break;
  }
  const std::string_view unit = measure_info(measure).unit;
  if (unit == "10*9/L") return "x10^9/L";
  if (unit == "10*12/L") return "x10^12/L";
  if (unit == "1") return {};
  return unit;
}

std::string band_text(const Band& band) {
  const auto low = [&] { return (band.low_inclusive ? ">= " : "> ") + band.low->to_string(); };
  const auto high = [&] { return (band.high_inclusive ? "<= " : "< ") + band.high->to_string(); };
  if (band.low && band.high) return low() + " and " + high();
  if (band.low) return low();
  return band.high ? high() : "any value";
}

std::vector<ItemRule> rules_of(const Item& item) {
  std::vector<ItemRule> rules;
  for (const Source& source : item.sources) {
    ItemRule& rule = rules.emplace_back(rule_of(item, source));
    if (rules.size() > 1) rule.join = join_of(item);
  }
  if (item.trend) rules.push_back(rule_of(*item.trend));
  if (!item.facts.empty()) {
    ItemRule& rule = rules.emplace_back();
    rule.what = facts_text(item.facts, " or ");
    rule.cases = {{"yes", std::to_string(item.points_yes)}, {"no", std::to_string(item.points_no)}};
  }
  for (std::size_t i = 0; i < item.branches.size(); ++i) {
    const Item& branch = item.branches[i];
    const std::string when = (i == 0 ? "with " : "without ") + spaced(fact_name(*item.chosen_by));
    for (ItemRule& rule : rules_of(branch)) {
      rule.what = when + ": " + rule.what;
      rules.push_back(std::move(rule));
    }
    if (!branch.open) continue;
    ItemRule& rule = rules.emplace_back();
    rule.what = when;
    rule.cases = {
        {"whatever is measured", std::to_string(branch.min_points) + " to " + std::to_string(branch.max_points)}};
  }
  return rules;
}

bool same_rules(const Item& a, const Item& b) {
  const auto text = [](const Item& item) {
    std::string all = span_text(item.max_age);
    for (const ItemRule& rule : rules_of(item)) {
      all.append(rule.join).append("|").append(rule.what);
      for (const auto& [when, points] : rule.cases) all.append("|").append(when).append("=").append(points);
    }
    return all;
  };
  return text(a) == text(b);
}

std::string met_text(const ScoringTable& table) {
  const Met& met = table.met;
  std::string text = std::to_string(met.cut) + " or more";
  if (!met.floor_items.empty()) {
    std::vector<std::string> names;
    names.reserve(met.floor_items.size());
    for (const std::uint16_t item : met.floor_items) names.push_back(table.items[item].title);
    text.append(", of which at least " + std::to_string(met.floor) + " for " + joined(names, " and "));
  }
  if (met.or_findings != 0) {
    text.append("; or " + std::to_string(met.or_cut) + " with at least " + std::to_string(met.or_findings) +
                " auxiliary findings");
  }
  return text;
}

std::vector<std::string> gate_texts(const Criterion& criterion) {
  const GateRule& gate = criterion.gate;
  std::vector<std::string> texts;
  if (gate.adults_only) texts.emplace_back("Only for adults.");
  const bool named = std::ranges::any_of(gate.excludes, [](const FactTest& test) {
    return !test.unless && (test.fact == Fact::newborn || test.fact == Fact::child);
  });
  if (!gate.adults_only && !gate.newborns && !named) texts.emplace_back("Not for newborns.");
  if (!gate.only.empty()) texts.push_back("Only with: " + facts_text(gate.only, " and ") + ".");
  if (!gate.requires_any.empty()) {
    texts.push_back("Confirmed by: " + facts_text(gate.requires_any, " or ") + "; excluded where " +
                    spaced(fact_name(gate.requires_any.front())) + " is explicitly no.");
  }
  if (!gate.needs_any.empty()) {
    std::vector<std::string> signs;
    signs.reserve(gate.needs_any.size());
    for (const Sign& sign : gate.needs_any) signs.push_back(sign_text(sign));
    texts.push_back("Confirmed only with: " + joined(signs, " or ") + "; excluded where surely none is so.");
  }
  if (!gate.excluded_by_no.empty()) {
    texts.push_back("Excluded where explicitly no: " + facts_text(gate.excluded_by_no, " or ") + ".");
  }
  if (!gate.excludes.empty()) texts.push_back("Excluded by: " + facts_text(gate.excludes, ", ") + ".");
  return texts;
}

std::string column_text(const Criterion& criterion, const Column& column) {
  std::string text = "For " + facts_text(column.when_any, " or ");
  if (!column.unless_any.empty()) text.append(", but not with " + facts_text(column.unless_any, ", "));
  std::vector<std::string> unscored;
  for (const Item& item : criterion.table.items) {
    if (std::ranges::find(column.unscored, item.name) != column.unscored.end()) unscored.push_back(item.title);
  }
  if (column.or_after) {
    std::vector<std::string> counts;
    for (const Measure measure : column.or_after->measures) counts.emplace_back(readable_name(measure));
    text.append(", or after " + spaced(fact_name(column.or_after->fact)) + " within " +
                span_text(column.or_after->within) + " and a fall of " + joined(counts, " or "));
  }
  if (!unscored.empty()) text.append("; not scored: " + joined(unscored, ", "));
  return text + "; met: " + met_text(column.table) + ".";
}

}  // namespace coagwatch::rules
