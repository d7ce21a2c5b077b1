#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/measure.h"

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

  /// Every row in a fixed order, for the hash of the rule set.
  void append_canonical(std::string& out) const;

 private:
  /// What the words of a row, or all of a text, say.
  struct Saying {
    MeasureSet names;    ///< is about one of these
    MeasureSet hints;    ///< may mean one of these
    MeasureSet against;  ///< is none of these
    bool other = false;  ///< is about another analyte
    bool fluid = false;  ///< measured in something else than blood
    bool blood = false;
  };
  struct Row {
    std::string words;
    Saying saying;
    std::string_view means;  ///< of the table, for append_canonical
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::optional<std::string> add(std::string_view words, std::string_view means);
  static std::optional<std::string> read_meaning(std::string_view means, Saying& saying);

  /// By first word; of one first word, longer rows first.
  std::unordered_map<std::string, std::vector<Row>, Hash, std::equal_to<>> rows_;
};

}  // namespace coagwatch::fhir
