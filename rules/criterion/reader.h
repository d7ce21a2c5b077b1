#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/criterion/criterion.h"
#include "rules/criterion/keys.h"
#include "rules/criterion/yaml.h"

namespace coagwatch::rules {

/// Reads the typed values of a criterion file and collects what is wrong with them. A reader goes on after a problem,
/// so that one run shows all of them. Not thread-safe.
class CriterionReader {
 public:
  CriterionReader(const std::string& file, std::vector<Problem>& problems) : file_(file), problems_(problems) {}

  void problem(const YamlNode& node, const std::string& key, std::string text);
  /// What is found under `key` from now on stands in that profile, which is laid over the file.
  void note_profile(const std::string& profile, std::string key) { of_profile_.emplace_back(profile, std::move(key)); }
  /// The key of a member: `items[0].name`.
  static std::string under(const std::string& path, std::string_view key);
  /// How many problems it has found so far.
  [[nodiscard]] std::size_t count() const { return count_; }

  /// `; did you mean …?` if one of `names` is near `word`, else nothing.
  static std::string hint(std::string_view word, const std::vector<std::string_view>& names);
  /// The same of all measures, and of all facts.
  static std::string measure_hint(std::string_view word);
  static std::string fact_hint(std::string_view word);

  /// Refuses members of `node` that the map does not have, with the nearest known name.
  void check_keys(const YamlNode& node, const std::string& path, CriterionMap map);
  /// A member that is a text; a problem if it is missing and `required`.
  std::string text(const YamlNode& node, const std::string& path, std::string_view key, bool required);
  /// A member that is an identifier: lower-case letters, digits and hyphens, 64 at most.
  std::string name(const YamlNode& node, const std::string& path, std::string_view key);
  std::optional<std::int16_t> points(const YamlNode& node, const std::string& path);
  std::optional<Decimal> decimal(const YamlNode& node, const std::string& path);
  /// Hours or days, at most `most_days`: what is older than a week is not kept.
  std::optional<Duration> duration(const YamlNode& node, const std::string& path, int most_days = 7);
  std::optional<Measure> measure(const YamlNode& node, const std::string& path);
  std::optional<Fact> fact(const YamlNode& node, const std::string& path);
  /// A list of fact names; empty if the member is absent.
  std::vector<Fact> facts(const YamlNode& node, const std::string& path, std::string_view key);
  /// A list of measure names; empty if the member is absent.
  std::vector<Measure> measures(const YamlNode& node, const std::string& path, std::string_view key);
  /// A list of facts, each a name or `{fact: leukaemia, unless: remission}`; empty if the member is absent.
  std::vector<FactTest> fact_tests(const YamlNode& node, const std::string& path, std::string_view key);
  /// A list of texts; empty if the member is absent.
  std::vector<std::string> texts(const YamlNode& node, const std::string& path, std::string_view key);
  /// A member that is a number of points; nothing if it is absent.
  std::optional<std::int16_t> points_at(const YamlNode& node, const std::string& path, std::string_view key,
                                        bool required = true);
  bool boolean(const YamlNode& node, const std::string& path, std::string_view key, bool otherwise);

 private:
  std::string file_;
  std::vector<Problem>& problems_;
  std::vector<std::pair<std::string, std::string>> of_profile_;  ///< profile, and what it replaces: `items.platelets`
  std::size_t count_ = 0;
};

}  // namespace coagwatch::rules
