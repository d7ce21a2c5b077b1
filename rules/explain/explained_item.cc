#include "rules/explain/explained_item.h"

#include <algorithm>

#include "rules/criterion/banding.h"
#include "rules/explain/source_evidence.h"
#include "rules/scoring/item_score.h"

namespace coagwatch::rules {
namespace {

/// Of alternatives those that were looked at: up to the one that counts. Of sources that count together all.
void add_sources(const Item& item, const ValueTable& table, ExplainedItem& out) {
  const bool alternatives = item.combine == Item::Combine::first && item.sources.size() > 1;
  const Source* const counts = alternatives ? preferred_source(item, table) : nullptr;
  for (const Source& source : item.sources) {
    ExplainedSource& explained = out.sources.emplace_back(explain_source(source, item, table));
    if (counts == nullptr) continue;
    if (&source == counts) return;
    if (explained.lack != Lack::none) continue;
    explained.lack = Lack::older_source;
    explained.last = table.values[index(source.measure)].at;
    explained.readings.clear();
  }
}

void add_trend(const Item& item, ExplainedItem& out) {
  const auto may_give = [&](std::int16_t points) {
    return points >= item.base && (out.score.set >> (points - item.base) & 1) != 0;
  };
  ExplainedTrend& trend = out.trend.emplace();
  trend.measure = out.score.by;
  trend.rising = may_give(item.trend->rising);
  trend.stable = may_give(item.trend->stable);
  trend.falling = may_give(item.trend->falling);
}

void add_branches(const Item& item, const ValueTable& table, const KnownFacts& facts, ExplainedItem& out) {
  out.chosen = facts[*item.chosen_by];
  for (std::size_t i = 0; i < item.branches.size(); ++i) {
    if (*out.chosen == (i == 0 ? Tristate::no : Tristate::yes)) continue;
    ItemScore score;
    score_item(item.branches[i], table, facts, score);
    out.branches.push_back(explain_item(score, table, facts));
  }
}

}  // namespace

ExplainedItem explain_item(const ItemScore& score, const ValueTable& table, const KnownFacts& facts) {
  const Item& item = *score.item;
  ExplainedItem out;
  out.score = score;
  if (item.sub_score && score.by == item.sub_score) {
    out.reported = table.values[index(*item.sub_score)];
    return out;
  }
  for (const Fact fact : item.facts) out.facts.emplace_back(fact, facts[fact]);
  if (item.trend) add_trend(item, out);
  if (item.chosen_by) add_branches(item, table, facts, out);
  add_sources(item, table, out);
  return out;
}

}  // namespace coagwatch::rules
