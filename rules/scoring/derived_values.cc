#include "rules/scoring/derived_values.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "rules/patient/evictions.h"
#include "rules/patient/window.h"
#include "rules/scoring/current_values.h"
#include "rules/scoring/d_dimer_limit.h"
#include "rules/values/d_dimer_kit.h"
#include "rules/values/isi_root.h"

namespace coagwatch::rules {
namespace {

constexpr int kDisplayDigits = 4;
constexpr Duration kLookBack = Duration::hours(24);  // of the platelet fall

CurrentValue derived(const PatientState& state, const StoredResult& source, const Interval& value) {
  return {value, source.lab.at, state.view(source.source), true, source.lab.flags};
}

void set(ValueTable& table, Measure measure, const CurrentValue& value) {
  table.present.set(index(measure));
  table.values[index(measure)] = value;
}

// Half-up rounding of an interval of seconds over the control. An upper end that is itself not reached rounds as the
// values just below it do.
std::optional<Interval> rounded_ratio(const Interval& seconds, Decimal control) {
  constexpr int kDigits = 2;
  Interval ratio;
  ratio.low_unbounded = seconds.low_unbounded;
  ratio.high_unbounded = seconds.high_unbounded;
  if (!seconds.low_unbounded) {
    const auto low = Decimal::divide_half_up(seconds.low, control, kDigits);
    if (!low) return std::nullopt;
    ratio.low = *low;
  }
  if (!seconds.high_unbounded) {
    auto high = Decimal::divide_half_up(seconds.high, control, kDigits);
    if (high && seconds.high_open) {
      const auto half = Decimal::subtract(*high, Decimal(5, -kDigits - 1));
      if (half && Decimal::compare_product(seconds.high, *half, control) == 0) {
        high = Decimal::subtract(*high, Decimal(1, -kDigits));
      }
    }
    if (!high) return std::nullopt;
    ratio.high = *high;
  }
  return ratio;
}

std::optional<Interval> ratio_of_seconds(const SiteProfile& site, const Interval& seconds) {
  if (!site.pt_control_seconds || site.pt_control_seconds->sign() <= 0) return std::nullopt;
  return rounded_ratio(seconds, *site.pt_control_seconds);
}

std::optional<Interval> ratio_of_inr(const SiteProfile& site, const Interval& inr) {
  if (!site.isi) return std::nullopt;
  if (*site.isi >= Decimal(9, -1) && *site.isi <= Decimal(11, -1)) return inr;
  return prothrombin_ratio(inr, *site.isi);
}

void add_pt_ratio(const PatientState& state, const SiteProfile& site, const CurrentResults& current,
                  ValueTable& table) {
  struct Candidate {
    const StoredResult* source = nullptr;
    std::optional<Interval> value;
  };
  const StoredResult* reported = current[index(Measure::pt_ratio)];
  const StoredResult* seconds = current[index(Measure::pt_seconds)];
  const StoredResult* inr = current[index(Measure::inr)];
  std::array<Candidate, 3> chain{};
  if (reported != nullptr) chain[0] = {reported, reported->lab.value};
  if (seconds != nullptr) chain[1] = {seconds, ratio_of_seconds(site, seconds->lab.value)};
  if (inr != nullptr) chain[2] = {inr, ratio_of_inr(site, inr->lab.value)};

  Timestamp newest = Timestamp::none();
  for (const Candidate& candidate : chain) {
    if (candidate.value) newest = std::max(newest, candidate.source->lab.at);
  }
  for (const Candidate& candidate : chain) {
    if (!candidate.value || newest - candidate.source->lab.at > kPreferenceSpan) continue;
    CurrentValue value = derived(state, *candidate.source, *candidate.value);
    value.derived = candidate.source != reported;
    set(table, Measure::pt_ratio, value);
    return;
  }
}

// The measure as it was given, minus `reference`.
void add_difference(const PatientState& state, const StoredResult* stored, const std::optional<Decimal>& reference,
                    Measure difference, ValueTable& table) {
  if (stored == nullptr || !reference) return;
  const Decimal minus(-reference->coefficient(), reference->exponent());
  set(table, difference, derived(state, *stored, shifted(stored->lab.value, minus)));
}

const std::optional<Decimal>& pt_reference(const SiteProfile& site) {
  return site.pt_reference == SiteProfile::PtReference::control ? site.pt_control_seconds : site.pt_upper_limit_seconds;
}

// `value * factor / divisor` for display. An end that does not fit is shown as unbounded.
Interval displayed_fraction(const Interval& value, Decimal divisor) {
  Interval shown = value;
  if (!value.low_unbounded) {
    const auto low = Decimal::divide_half_up(value.low, divisor, kDisplayDigits);
    shown.low_unbounded = !low;
    shown.low = low ? low->normalized() : Decimal{};
  }
  if (!value.high_unbounded) {
    const auto high = Decimal::divide_half_up(value.high, divisor, kDisplayDigits);
    shown.high_unbounded = !high;
    shown.high = high ? high->normalized() : Decimal{};
  }
  return shown;
}

void add_d_dimer_multiple(const PatientState& state, const SiteProfile& site, const CurrentResults& current,
                          ValueTable& table) {
  const StoredResult* d_dimer = current[index(Measure::d_dimer)];
  if (d_dimer == nullptr) return;
  const auto limit = d_dimer_limit(state, site, d_dimer->lab);
  if (!limit) return;
  table.d_dimer_uln = {d_dimer->lab.value, Interval::point(limit->value), Quantity::Form::multiple};
  CurrentValue multiple = derived(state, *d_dimer, displayed_fraction(d_dimer->lab.value, limit->value));
  if (limit->age_adjusted) multiple.flags |= kFlagAgeAdjustedLimit;
  set(table, Measure::d_dimer_uln, multiple);
}

void add_fdp_by_kit(const PatientState& state, const SiteProfile& site, const CurrentResults& current,
                    ValueTable& table) {
  const StoredResult* d_dimer = current[index(Measure::d_dimer)];
  // Tables of kits are FEU.
  if (d_dimer == nullptr || (d_dimer->lab.flags & kFlagMultipleOnly) != 0) return;
  const bool doubled = (d_dimer->lab.flags & kFlagDduConverted) != 0;
  if (const auto fdp = fdp_by_kit(site.d_dimer_kit, d_dimer->lab.value, doubled)) {
    set(table, Measure::fdp_by_kit, derived(state, *d_dimer, *fdp));
  }
}

void add_pic_multiple(const PatientState& state, const SiteProfile& site, const CurrentResults& current,
                      ValueTable& table) {
  const StoredResult* pic = current[index(Measure::pic)];
  if (pic == nullptr) return;
  const auto& limit = pic->lab.upper_limit ? pic->lab.upper_limit : site.upper_limits[index(Measure::pic)];
  if (!limit || limit->sign() <= 0) return;
  table.pic_uln = {pic->lab.value, Interval::point(*limit), Quantity::Form::multiple};
  set(table, Measure::pic_uln, derived(state, *pic, displayed_fraction(pic->lab.value, *limit)));
}

// Widens `highest`, the highest count so far, by one more: it is at least the greatest low and at most the greatest
// high of all.
void raise(Interval& highest, const Interval& count) {
  if (!count.low_unbounded) {
    if (highest.low_unbounded || count.low > highest.low) {
      highest.low = count.low;
      highest.low_open = count.low_open;
      highest.low_unbounded = false;
    } else if (count.low == highest.low) {
      highest.low_open = highest.low_open || count.low_open;
    }
  }
  if (highest.high_unbounded) return;
  if (count.high_unbounded) {
    highest.high_unbounded = true;
  } else if (count.high > highest.high) {
    highest.high = count.high;
    highest.high_open = count.high_open;
  } else if (count.high == highest.high) {
    highest.high_open = highest.high_open && count.high_open;
  }
}

// The highest count collected in [t - look_back, t), t being the time of `current`.
std::optional<Interval> baseline_of(const PatientState& state, const StoredResult& current, Duration look_back) {
  std::optional<Interval> highest;
  for (const StoredResult* stored = &current; stored != state.results.data();) {
    const LabResult& lab = (--stored)->lab;
    if (lab.measure != Measure::platelets || current.lab.at - lab.at > look_back) break;
    if (lab.at == current.lab.at || lab.unusable != Unusable::none) continue;
    if (highest) {
      raise(*highest, lab.value);
    } else {
      highest = lab.value;
    }
  }
  // From a count of none there is no fall.
  if (highest && !highest->high_unbounded && highest->high.sign() <= 0) highest.reset();
  return highest;
}

std::optional<Decimal> fall_percent(Decimal count, Decimal baseline) {
  if (baseline.sign() <= 0) return std::nullopt;
  const auto hundredfold = Decimal::multiply(count, Decimal::of(100));
  if (!hundredfold) return std::nullopt;
  const auto left = Decimal::divide_half_up(*hundredfold, baseline, kDisplayDigits);
  if (!left) return std::nullopt;
  const auto fall = Decimal::subtract(Decimal::of(100), *left);
  if (!fall) return std::nullopt;
  return fall->normalized();
}

Interval displayed_fall(const Interval& count, const Interval& baseline) {
  Interval shown;
  const auto low =
      count.high_unbounded || baseline.low_unbounded ? std::nullopt : fall_percent(count.high, baseline.low);
  const auto high =
      count.low_unbounded || baseline.high_unbounded ? std::nullopt : fall_percent(count.low, baseline.high);
  shown.low_unbounded = !low;
  shown.high_unbounded = !high;
  if (low) shown.low = *low;
  if (high) shown.high = *high;
  shown.low_open = low && (count.high_open || baseline.low_open);
  shown.high_open = high && (count.low_open || baseline.high_open);
  return shown;
}

void add_platelet_fall(const PatientState& state, const SiteProfile& site, const CurrentResults& current,
                       ValueTable& table) {
  const StoredResult* platelets = current[index(Measure::platelets)];
  if (platelets == nullptr) return;
  const Duration look_back = platelet_look_back(site);
  auto baseline = baseline_of(state, *platelets, look_back);
  const bool by_grace = look_back > kLookBack && baseline != baseline_of(state, *platelets, kLookBack);
  if (!state.evictions.empty() && widen_baseline(state, platelets->lab.at - look_back, baseline)) {
    table.forgotten.set(index(Measure::platelet_fall_24h));
  }
  if (!baseline) return;
  table.platelet_fall = {platelets->lab.value, *baseline, Quantity::Form::fall};
  CurrentValue fall = derived(state, *platelets, displayed_fall(platelets->lab.value, *baseline));
  if (by_grace) fall.flags |= kFlagWindowGrace;
  set(table, Measure::platelet_fall_24h, fall);
}

// A derived measure that was itself given, as in a criterion test. Its fraction is the value itself.
bool given(const CurrentResults& current, Measure measure, Quantity* exact) {
  const StoredResult* stored = current[index(measure)];
  if (stored == nullptr) return false;
  if (exact != nullptr) *exact = {stored->lab.value, {}, Quantity::Form::plain};
  return true;
}

// Where a measure is forgotten, so is what it would have given or gone before.
void forget_derived(ValueTable& table) {
  static constexpr std::array<std::pair<Measure, Measure>, 9> kMadeOf = {
      {{Measure::pt_ratio, Measure::pt_ratio},
       {Measure::pt_seconds, Measure::pt_ratio},
       {Measure::inr, Measure::pt_ratio},
       {Measure::pt_seconds, Measure::pt_prolongation},
       {Measure::pt_seconds, Measure::pt_over_control},
       {Measure::aptt, Measure::aptt_prolongation},
       {Measure::pic, Measure::pic_uln},
       {Measure::d_dimer, Measure::d_dimer_uln},
       {Measure::platelets, Measure::platelet_fall_24h}}};
  const auto known = table.forgotten;
  for (const auto& [from, to] : kMadeOf) {
    if (!known[index(from)]) continue;
    table.forgotten.set(index(to));
    table.present.reset(index(to));
  }
  if (table.has_kit && known[index(Measure::d_dimer)]) table.forgotten.set(index(Measure::fdp_by_kit));
}

}  // namespace

Duration platelet_look_back(const SiteProfile& site) { return {kLookBack.micros + site.platelet_fall_grace.micros}; }

void add_derived_values(const PatientState& state, const SiteProfile& site, const CurrentResults& current,
                        ValueTable& table) {
  add_pt_ratio(state, site, current, table);
  const StoredResult* seconds = current[index(Measure::pt_seconds)];
  const bool prolongation = given(current, Measure::pt_prolongation, nullptr);
  if (!prolongation) add_difference(state, seconds, pt_reference(site), Measure::pt_prolongation, table);
  if (!given(current, Measure::pt_over_control, nullptr)) {
    if (prolongation) {
      set(table, Measure::pt_over_control, table.values[index(Measure::pt_prolongation)]);
    } else {
      add_difference(state, seconds, site.pt_control_seconds, Measure::pt_over_control, table);
    }
  }
  if (!given(current, Measure::aptt_prolongation, nullptr)) {
    add_difference(state, current[index(Measure::aptt)], site.upper_limits[index(Measure::aptt)],
                   Measure::aptt_prolongation, table);
  }
  table.has_kit = !site.d_dimer_kit.empty();
  table.pt_reference = pt_reference(site).value_or(Decimal{});
  if (!given(current, Measure::pic_uln, &table.pic_uln)) add_pic_multiple(state, site, current, table);
  if (!given(current, Measure::fdp_by_kit, nullptr)) add_fdp_by_kit(state, site, current, table);
  if (!given(current, Measure::d_dimer_uln, &table.d_dimer_uln)) add_d_dimer_multiple(state, site, current, table);
  if (!given(current, Measure::platelet_fall_24h, &table.platelet_fall)) {
    add_platelet_fall(state, site, current, table);
  }
  if (table.forgotten.any()) forget_derived(table);
}

}  // namespace coagwatch::rules
