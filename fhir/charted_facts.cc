#include "fhir/charted_facts.h"

#include <algorithm>
#include <optional>

#include "fhir/context_reader.h"
#include "fhir/datetime.h"
#include "fhir/observation_status.h"
#include "rules/patient/known_facts.h"

namespace coagwatch::fhir {
namespace {

using rules::Fact;
using rules::Interval;
using rules::Tristate;

/// What an answer says of a fact; `given` tells nothing from unknown.
struct Said {
  Tristate value = Tristate::unknown;
  bool given = false;
};

bool is_empty(const Concept& answer) {
  return std::ranges::none_of(answer.codings, [](const Coding& coding) { return !coding.code.string().empty(); });
}

/// The one thing that all codings of an answer say by themselves.
Tristate meaning_of(const Concept& answer, const ChartTable& charts) {
  Tristate meaning = Tristate::unknown;
  for (const Coding& coding : answer.codings) {
    const Tristate said = charts.meaning(coding.system.string(), coding.code.string());
    if (said == Tristate::unknown) continue;
    if (meaning != Tristate::unknown && meaning != said) return Tristate::unknown;
    meaning = said;
  }
  return meaning;
}

Tristate affirmed(const ResultPart& part, const ChartTable& charts) {
  if (part.value_boolean.kind == Scalar::Kind::boolean) {
    return part.value_boolean.text == "true" ? Tristate::yes : Tristate::no;
  }
  return meaning_of(part.value_concept, charts);
}

/// A number without a dimension: a grade. `{score}` is none either.
std::optional<Interval> grade_of(const ResultPart& part) {
  const Quantity& quantity = part.value_quantity;
  if (part.value_integer.is_number()) return rules::parse_enclosing(part.value_integer.text);
  if (!quantity.value.is_number() || !quantity.comparator.absent()) return std::nullopt;
  const std::string_view unit = quantity.code.absent() ? quantity.unit.string() : quantity.code.string();
  const bool plain = unit.empty() || unit == "1" || (unit.front() == '{' && unit.back() == '}');
  return plain ? rules::parse_enclosing(quantity.value.text) : std::nullopt;
}

/// `unknown`: another type than the pattern asks for, or it may be either.
Tristate matches(const AnswerPattern& pattern, const ResultPart& part, const ChartTable& charts) {
  switch (pattern.kind) {
    case AnswerPattern::Kind::affirmed:
      return affirmed(part, charts);
    case AnswerPattern::Kind::boolean:
      if (part.value_boolean.kind != Scalar::Kind::boolean) return Tristate::unknown;
      return (part.value_boolean.text == "true") == pattern.truth ? Tristate::yes : Tristate::no;
    case AnswerPattern::Kind::coded: {
      const auto is_meant = [&](const Coding& coding) {
        return coding.code.string() == pattern.code && charts.same_system(coding.system.string(), pattern.system);
      };
      return std::ranges::any_of(part.value_concept.codings, is_meant) ? Tristate::yes : Tristate::unknown;
    }
    case AnswerPattern::Kind::number:
      break;
  }
  const std::optional<Interval> grade = grade_of(part);
  if (!grade || !grade->is_point()) return Tristate::unknown;
  return pattern.number.contains(grade->low) ? Tristate::yes : Tristate::no;
}

/// What the answer says of `fact`, by all that the table says of the question. An answer that is given and not
/// understood leaves a fact open that the question is about (`whole`), and says nothing of others.
Said said_of(Fact fact, const ChartTable::Question& question, const ResultPart& part, const ChartTable& charts) {
  bool yes = false;
  bool no = false;
  bool whole = false;
  bool refuted = true;
  for (const ChartedFact& each : question) {
    if (each.coded.fact != fact) continue;
    const Tristate match = matches(each.answer, part, charts);
    if (each.denies) {
      no = no || match == Tristate::yes;
      continue;
    }
    yes = yes || match == Tristate::yes;
    whole = whole || each.coded.whole;
    refuted = refuted && match == Tristate::no;
  }
  if (yes != no) return {yes ? Tristate::yes : Tristate::no, true};
  if (!yes && whole) return {refuted ? Tristate::no : Tristate::unknown, true};
  return {Tristate::unknown, yes};
}

class Reader {
 public:
  Reader(const Terminology& terminology, rules::Timestamp at, ContextFacts& out)
      : facts_(terminology.facts()), charts_(terminology.charts()), at_(at), out_(out) {}

  void read(const ResultPart& part) {
    if (!part.has_value() || part.data_absent_reason != Presence::absent) return;
    for (const Coding& coding : part.code.codings) {
      const std::string_view system = coding.system.string();
      if (const ChartTable::Question* question = charts_.find(system, coding.code.string())) {
        for (const ChartedFact& each : *question)
          add(each.coded.fact, said_of(each.coded.fact, *question, part, charts_));
      } else if (const auto known = facts_.find(system, coding.code.string())) {
        for (const CodedFact& each : known->facts) add(each.fact, plainly_said(each.whole && known->exact, part));
      }
    }
  }

 private:
  /// Of a code that is the fact, or one of several that mean it: whether it is there.
  [[nodiscard]] Said plainly_said(bool whole, const ResultPart& part) const {
    const Tristate said = affirmed(part, charts_);
    if (said == Tristate::yes) return {said, true};
    return {said, whole && (said == Tristate::no || !is_empty(part.value_concept))};
  }

  /// Of several parts that say something of a fact: yes, then unknown, then no.
  void add(Fact fact, const Said& said) {
    if (!said.given) return;
    const auto known = std::ranges::find(out_.facts, fact, &rules::FactSpan::fact);
    if (known == out_.facts.end()) {
      out_.facts.push_back({fact, said.value, at_, rules::Timestamp::none()});
    } else if (known->value != Tristate::yes && said.value != Tristate::no) {
      known->value = said.value;
    }
  }

  const FactTable& facts_;
  const ChartTable& charts_;
  rules::Timestamp at_;
  ContextFacts& out_;
};

bool answers(const ResultPart& part, const Terminology& terminology) {
  const bool plain = !part.value_boolean.absent() || part.value_concept.presence == Presence::present;
  return std::ranges::any_of(part.code.codings, [&](const Coding& coding) {
    const std::string_view code = coding.code.string();
    if (terminology.charts().find(coding.system.string(), code) != nullptr) return true;
    return plain && terminology.facts().find(coding.system.string(), code).has_value();
  });
}

std::string_view why_not(const Observation& observation, rules::Timestamp at, bool hold_preliminary) {
  if (read_status(observation.status, hold_preliminary).problem) return "status: nothing that could be taken";
  if (!observation.implicit_rules.absent() || !observation.modifier_extensions.empty() ||
      std::ranges::any_of(observation.components,
                          [](const ResultPart& part) { return part.modifier_extension != Presence::absent; })) {
    return "modifierExtension, implicitRules: not understood";
  }
  if (observation.focus != Presence::absent) return "focus: about someone else";
  return at.known() ? std::string_view() : "no usable time";
}

/// What two copies of an Observation without id and identifier have in common: all that it says.
std::string composed(const ContextFacts& context, rules::Timestamp at) {
  std::string text(rules::kChartedSource);
  text.append("=");
  append_instant(at, text);
  for (const rules::FactSpan& fact : context.facts) {
    text.append("|").append(rules::fact_name(fact.fact)).append("=").append(rules::tristate_name(fact.value));
  }
  return text;
}

}  // namespace

bool answers_of_facts(const Observation& observation, const Terminology& terminology) {
  return answers(observation, terminology) || std::ranges::any_of(observation.components, [&](const ResultPart& part) {
           return answers(part, terminology);
         });
}

std::string charted_source(std::string_view identity) {
  std::string source(identity);
  if (!identity.starts_with("Observation/")) source.insert(0, std::string(rules::kChartedSource) + "?");
  return source;
}

std::string_view read_charted_facts(const Observation& observation, const ObservationReading& reading,
                                    rules::Timestamp at, bool hold_preliminary, const Terminology& terminology,
                                    TextArena& arena, ContextFacts& out) {
  const bool removal = is_retraction(observation.status);
  std::string_view wrong;
  if (!removal) {
    if (reading.subject.problem) return "subject: nobody who is known";
    wrong = why_not(observation, at, hold_preliminary);
  }
  if (!removal && wrong.empty()) {
    Reader reader(terminology, at, out);
    reader.read(observation);
    for (const ResultPart& part : observation.components) reader.read(part);
  }
  std::string source;
  if (!reading.identity.identity.empty()) {
    source = charted_source(reading.identity.identity);
  } else if (!out.facts.empty()) {
    source = composed(out, at);
  }
  // Nothing could ever replace or remove it but itself.
  if (source.empty()) return wrong;
  if (source.size() > ContextReader::kMaxSourceLength) {
    out.facts.clear();
    return "identifier: longer than may be kept";
  }
  out.source = arena.join({source});
  out.version = reading.identity.version;
  out.patient = arena.join({reading.subject.patient});
  out.base = reading.base;
  out.kind = removal ? ContextFacts::Kind::removal : ContextFacts::Kind::statement;
  return wrong;
}

}  // namespace coagwatch::fhir
