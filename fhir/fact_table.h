#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/values/fact.h"

namespace coagwatch::fhir {

/// A fact that a code means.
struct CodedFact {
  rules::Fact fact = rules::Fact::underlying_disorder;
  /// The code is the fact itself and not one of several that mean it: where it is refuted, the fact is `no`. A refuted
  /// pneumonia leaves open whether there is another infection.
  bool whole = false;
  friend bool operator==(const CodedFact&, const CodedFact&) = default;
};

/// Which facts codes mean: the built-in table (`fhir/maps/facts.tsv`, where its format stands) and above it the site's.
///
/// In ICD-10 (every edition) and ATC a code stands for all beneath it and the longest match counts; letters' case and
/// points do not matter. Elsewhere codes are exact. Immutable once made; then safe to share between threads.
class FactTable {
 public:
  /// Longer codes, in bytes, are found nowhere.
  static constexpr std::size_t kLongestCode = 64;

  /// Reads a table. On failure returns what is wrong, with the line, and the table is not to be used.
  std::optional<std::string> read(std::string_view table);

  /// Says what `system|code` means, before all that is known of it. An absent system is empty; no facts: the code means
  /// none.
  void put(std::string_view system, std::string_view code, const std::vector<CodedFact>& facts);
  /// Says that `system|code` means `fact` besides what is known of it.
  void add(std::string_view system, std::string_view code, rules::Fact fact);

  /// What the table says of a code.
  struct Match {
    const std::vector<CodedFact>& facts;  ///< may be none
    bool exact = false;                   ///< of the code itself, not of one above it: only then `whole` holds
  };
  /// The facts that `system|code` means, or nullopt where the table does not know the code.
  [[nodiscard]] std::optional<Match> find(std::string_view system, std::string_view code) const;

  /// Appends every entry in force, in a fixed order.
  void append_canonical(std::string& out) const;

 private:
  struct System {
    std::string group;
    bool prefixes = false;
  };
  /// The codes that a table has said so far: whether by name (or in a range).
  using Written = std::unordered_map<std::string, bool>;

  std::optional<std::string> read_codes(const std::vector<std::string_view>& row, Written& written);
  void put_in_group(std::string_view group, std::string_view code, const std::vector<CodedFact>& facts);
  [[nodiscard]] System system_of(std::string_view uri) const;
  [[nodiscard]] const std::vector<CodedFact>* find_exact(std::string_view group, std::string_view code) const;

  std::unordered_map<std::string, std::string> groups_;              ///< URI to group
  std::unordered_map<std::string, std::vector<CodedFact>> entries_;  ///< by `group|code`
};

}  // namespace coagwatch::fhir
