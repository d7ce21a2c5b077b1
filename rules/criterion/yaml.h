#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coagwatch::rules {

/// A problem in a file that a person wrote, with the place to look at.
struct Problem {
  std::string file;
  int line = 0;      ///< 1-based; 0 if it concerns the whole file
  int column = 0;    ///< 1-based
  std::string key;   ///< dotted path, `items.platelets.bands[1].lt`
  std::string text;  ///< what is wrong and what was expected
  /// `file:line:column: key: text`
  [[nodiscard]] std::string to_string() const;
};

/// One node of a YAML (or JSON) document, read strictly: duplicate keys, anchors, aliases, tags, control characters and
/// invalid UTF-8 are refused; scalars keep their text, so decimals stay exact.
///
/// This is the only door to yaml-cpp.
class YamlNode {
 public:
  enum class Kind { null, scalar, sequence, map };
  Kind kind = Kind::null;
  std::string scalar;   ///< text of a scalar
  bool quoted = false;  ///< written in quotes: a string even if it looks like a number
  int line = 0;
  int column = 0;
  struct Entry;
  std::vector<YamlNode> items;  ///< of a sequence
  std::vector<Entry> entries;   ///< of a map, in file order
  /// The value of `key` in a map, or nullptr.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
  [[nodiscard]] YamlNode* find(std::string_view key);
};

/// A key of a map and its value.
struct YamlNode::Entry {
  std::string key;
  YamlNode value;
};

/// Parses one document. On failure returns nullopt and appends to `problems`. `file` is for messages only.
/// Limits: 4 MiB of text, depth 64, 200,000 nodes.
std::optional<YamlNode> parse_yaml(std::string_view text, const std::string& file, std::vector<Problem>& problems);

/// The candidate nearest to `word` by edit distance (two neighbouring letters exchanged are one edit), or nullopt if
/// none is near enough to be a misspelling.
std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace coagwatch::rules
