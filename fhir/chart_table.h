#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/fact_table.h"
#include "rules/values/interval.h"

namespace coagwatch::fhir {

/// What an answer has to be, so that it says something of a fact.
struct AnswerPattern {
  enum class Kind : std::uint8_t {
    affirmed,  ///< true, yes, present
    boolean,   ///< `truth`
    coded,     ///< `code` of `system`
    number,    ///< within `number`
  };
  Kind kind = Kind::affirmed;
  bool truth = false;
  std::string system;  ///< empty: a coding without a system
  std::string code;
  rules::Interval number;
};

/// What one answer to a question says of a fact.
struct ChartedFact {
  CodedFact coded;  ///< `whole`: every other answer that is understood says that it is not so
  bool denies = false;
  AnswerPattern answer;
};

/// Reads an answer as a map or the built-in table writes it: with a system a code of it; without one `true`, `false`, a
/// number as results have it (`>=2`, `1-4`, `0`), `yes`, or any other text as a code without a system. nullopt: empty,
/// too long, or something that begins like a number and is none.
std::optional<AnswerPattern> parse_answer(std::string_view system, std::string_view text);

/// Which Observations are no results but tell facts, by the questions they answer: the built-in table
/// (`fhir/maps/charts.tsv`, where its format stands) and above it the site's. Codes are exact in every system.
///
/// Immutable once made; then safe to share between threads.
class ChartTable {
 public:
  using Question = std::vector<ChartedFact>;

  /// Reads a table. On failure returns what is wrong, with the line, and the table is not to be used.
  std::optional<std::string> read(std::string_view table);

  /// Says what the answers to `system|code` mean, in place of all that is known of it. An absent system is empty.
  void put(std::string_view system, std::string_view code, Question question);

  /// Forgets what the answers to `system|code` mean.
  void remove(std::string_view system, std::string_view code);

  /// What the answers to `system|code` mean; null where the table does not know it.
  [[nodiscard]] const Question* find(std::string_view system, std::string_view code) const;
  /// What a coded answer means by itself, `yes` or `no`; `unknown` for every other.
  [[nodiscard]] rules::Tristate meaning(std::string_view system, std::string_view code) const;
  /// Whether both name the same code system.
  [[nodiscard]] bool same_system(std::string_view a, std::string_view b) const { return group_of(a) == group_of(b); }

  /// Appends every entry in force, in a fixed order.
  void append_canonical(std::string& out) const;

 private:
  using Row = std::vector<std::string_view>;
  template <typename T>
  using ByCode = std::map<std::string, std::map<std::string, T, std::less<>>, std::less<>>;

  std::optional<std::string> read_answers(const Row& row);
  std::optional<std::string> read_question(const Row& row);
  [[nodiscard]] std::string_view group_of(std::string_view uri) const;
  [[nodiscard]] bool knows_group(std::string_view group) const;

  std::map<std::string, std::string, std::less<>> groups_;  ///< URI to group
  ByCode<rules::Tristate> answers_;                         ///< by group and code
  ByCode<Question> questions_;
};

}  // namespace coagwatch::fhir
