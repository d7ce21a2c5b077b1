#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fhir/material.h"
#include "rules/values/measure.h"

namespace coagwatch::fhir {

using MeasureSet = std::bitset<rules::kMeasureCount>;

/// The names by which the text of a code tells what is measured (`fhir/maps/names.tsv`). Made at start-up, then
/// immutable and safe to share between threads.
class AnalyteNames {
 public:
  /// A longer text is prose rather than a name, and says nothing.
  static constexpr std::size_t kMaxText = 256;

  /// Adds the rows of a names table. On failure returns what is wrong with which line.
  std::optional<std::string> read(std::string_view table);

  /// True if `text` surely names something else than every measure of `code`. Words that are in no row say nothing, so
  /// a text in an unknown language contradicts no code. Allocates nothing.
  [[nodiscard]] bool contradicts(std::string_view text, const MeasureSet& code) const;

  /// What `text` says of what something is measured in: the text of a specimen. A longer one than kMaxText is cut.
  /// Allocates nothing.
  [[nodiscard]] MaterialReading material(std::string_view text) const;

  /// Every row in a fixed order, for the hash of the rule set.
  void append_canonical(std::string& out) const;

 private:
  /// What the words of a row say, or all of a text but its material.
  struct Saying {
    MeasureSet names;    ///< is about one of these
    MeasureSet hints;    ///< may mean one of these
    MeasureSet against;  ///< is none of these
    bool other = false;  ///< is about another analyte
    Material material = Material::none;
  };
  struct Row {
    std::string words;  ///< of a stem with its `*`
    Saying saying;
    std::string_view means;  ///< of the table, for append_canonical
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::optional<std::string> add(std::string_view words, std::string_view means);
  static std::optional<std::string> read_meanings(std::string_view means, Saying& saying);
  static std::optional<std::string> read_meaning(std::string_view means, Saying& saying);

  /// The row of the first of `words`, or of as many of them as possible, and how long that is.
  struct Step {
    const Saying* saying;  ///< null: the first word is in no row
    std::size_t length;
  };
  [[nodiscard]] Step first_step(std::string_view words) const;
  /// Calls `visit(saying)` for the words of a text in their order; for those in no row with one that says nothing.
  template <typename Visit>
  void for_each_saying(std::string_view words, const Visit& visit) const;

  /// By first word; of one first word, longer rows first.
  std::unordered_map<std::string, std::vector<Row>, Hash, std::equal_to<>> rows_;
  /// Rows of words that begin or end so, longer ones first.
  std::vector<Row> stems_;
};

}  // namespace coagwatch::fhir
