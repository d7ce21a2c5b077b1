#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/criterion.h"
#include "rules/yaml.h"

namespace coagwatch::rules {

/// Reads the typed values of a criterion file and collects what is wrong with them. A reader goes on after a problem,
/// so that one run shows all of them. Not thread-safe.
class CriterionReader {
 public:
  CriterionReader(const std::string& file, std::vector<Problem>& problems) : file_(file), problems_(problems) {}

  void problem(const YamlNode& node, const std::string& key, std::string text);
  /// True if nothing was wrong so far.
  [[nodiscard]] bool ok() const { return ok_; }

  /// Refuses members of `node` that are not in `known`, with the nearest known name.
  void check_keys(const YamlNode& node, const std::string& path, const std::vector<std::string_view>& known);
  /// A member that is a text; a problem if it is missing and `required`.
  std::string text(const YamlNode& node, const std::string& path, std::string_view key, bool required);
  std::optional<std::int16_t> points(const YamlNode& node, const std::string& path);
  std::optional<Decimal> decimal(const YamlNode& node, const std::string& path);
  std::optional<Duration> duration(const YamlNode& node, const std::string& path);
  std::optional<Measure> measure(const YamlNode& node, const std::string& path);
  std::optional<Fact> fact(const YamlNode& node, const std::string& path);
  /// A list of fact names; empty if the member is absent.
  std::vector<Fact> facts(const YamlNode& node, const std::string& path, std::string_view key);
  /// A list of texts; empty if the member is absent.
  std::vector<std::string> texts(const YamlNode& node, const std::string& path, std::string_view key);
  bool boolean(const YamlNode& node, const std::string& path, std::string_view key, bool otherwise);

  std::vector<Band> bands(const YamlNode& node, const std::string& path);
  Source source(const YamlNode& node, const std::string& path);
  Item item(const YamlNode& node, const std::string& path);
  /// `{ge: 5}`: the least total that meets the criterion.
  std::int16_t cut(const YamlNode& node, const std::string& path);
  std::vector<Grade> grades(const YamlNode& node, const std::string& path, std::int16_t lowest);

 private:
  void sources(const YamlNode& node, const std::string& path, std::string_view key, Item::Combine combine, Item& item);
  void fact_points(const YamlNode& node, const std::string& path, Item& item);

  std::string file_;
  std::vector<Problem>& problems_;
  bool ok_ = true;
};

}  // namespace coagwatch::rules
