#include "rules/criterion/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_set>

namespace coagwatch::rules {
namespace {

constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 200'000;

/// Thrown inside this file to leave yaml-cpp's parser; never escapes.
struct Refused {
  YAML::Mark mark;
  std::string text;
};

/// Builds the tree from yaml-cpp's events, since its own tree keeps neither duplicate keys nor aliases apart.
class Builder : public YAML::EventHandler {
 public:
  YamlNode root;

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, "?", anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw Refused{mark, "aliases are not allowed: write the value again"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (expects_key()) return take_key(mark, tag, anchor, value);
    YamlNode& node = add(mark, tag, anchor);
    node.quoted = tag == "!";
    if (!node.quoted && (value.empty() || value == "~" || value == "null")) return;
    node.kind = YamlNode::Kind::scalar;
    node.scalar = value;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, YamlNode::Kind::sequence);
  }
  void OnSequenceEnd() override { path_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, YamlNode::Kind::map);
  }
  void OnMapEnd() override { path_.pop_back(); }

 private:
  /// An open sequence or map. Which one follows from the tree: always the last child of the one above.
  struct Level {
    bool has_key = false;
    std::unordered_set<std::string> keys;  ///< of a map
  };

  YamlNode& at(std::size_t level) {
    YamlNode* node = &root;
    for (std::size_t i = 1; i <= level; ++i) {
      node = node->kind == YamlNode::Kind::map ? &node->entries.back().value : &node->items.back();
    }
    return *node;
  }
  YamlNode& top() { return at(path_.size() - 1); }
  bool expects_key() { return !path_.empty() && top().kind == YamlNode::Kind::map && !path_.back().has_key; }

  void take_key(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& key) {
    refuse_decoration(mark, tag, anchor);
    if (!path_.back().keys.insert(key).second) throw Refused{mark, "duplicate key " + key};
    top().entries.push_back({key, {}});
    path_.back().has_key = true;
  }

  static void refuse_decoration(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) throw Refused{mark, "anchors are not allowed: write the value again"};
    if (!tag.empty() && tag != "?" && tag != "!") throw Refused{mark, "tags are not allowed: " + tag};
  }

  YamlNode& add(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_decoration(mark, tag, anchor);
    if (++nodes_ > kMaxNodes) throw Refused{mark, "more than 200,000 values"};
    YamlNode* node = &root;
    if (!path_.empty()) {
      YamlNode& parent = top();
      if (parent.kind == YamlNode::Kind::map) {
        if (!path_.back().has_key) throw Refused{mark, "a key must be a plain text"};
        path_.back().has_key = false;
        node = &parent.entries.back().value;
      } else {
        node = &parent.items.emplace_back();
      }
    }
    node->line = mark.line + 1;
    node->column = mark.column + 1;
    return *node;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    add(mark, tag, anchor).kind = kind;
    if (path_.size() >= kMaxDepth) throw Refused{mark, "nested deeper than 64"};
    path_.emplace_back();
  }

  std::vector<Level> path_;
  std::size_t nodes_ = 0;
};

/// Length of the well-formed UTF-8 sequence at the start of `text`; 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
  if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

/// What is wrong with the characters of `text`, if anything is. yaml-cpp would replace invalid bytes, and end the
/// document at a control character, without a word.
std::optional<Problem> bad_character(std::string_view text, const std::string& file) {
  int line = 1;
  std::size_t line_start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t length = utf8_length(text.substr(at));
    const bool control = (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
    if (length == 0 || control) {
      return Problem{file, line, static_cast<int>(at - line_start) + 1, "",
                     control ? "control characters are not allowed" : "not UTF-8"};
    }
    if (byte == '\n') {
      ++line;
      line_start = at + 1;
    }
    at += length;
  }
  return std::nullopt;
}

/// Letters added, left out, put in another's place, and neighbours exchanged, each letter in at most one of them.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_above(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_above.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return row[b.size()];
}

/// The tab that the line of that number (1-based) is indented with, or nothing: YAML has none there, and what yaml-cpp
/// says of it names anything but the tab.
std::optional<Problem> indenting_tab(std::string_view text, int line, const std::string& file) {
  for (int i = 1; i < line && !text.empty(); ++i) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t tab = text.substr(0, begin).find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  return Problem{file, line, static_cast<int>(tab) + 1, "", "a tab; lines are indented with blanks"};
}

}  // namespace

std::string Problem::to_string() const {
  std::string out = file;
  if (line > 0) out += ":" + std::to_string(line) + ":" + std::to_string(column);
  if (!out.empty()) out += ": ";
  if (!key.empty()) out += key + ": ";
  return out + text;
}

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name == key) return &value;
  }
  return nullptr;
}

YamlNode* YamlNode::find(std::string_view key) {
  return const_cast<YamlNode*>(static_cast<const YamlNode*>(this)->find(key));
}

std::optional<YamlNode> parse_yaml(std::string_view text, const std::string& file, std::vector<Problem>& problems) {
  if (text.size() > kMaxBytes) {
    problems.push_back({file, 0, 0, "", "larger than 4 MiB"});
    return std::nullopt;
  }
  if (auto bad = bad_character(text, file)) {
    problems.push_back(std::move(*bad));
    return std::nullopt;
  }
  try {
    // At the end of a line yaml-cpp takes the end of the file for a closing quote: an unclosed one would swallow all
    // that follows it. Anywhere else it complains.
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Builder builder;
    if (!parser.HandleNextDocument(builder)) return YamlNode{};
    Builder rest;
    if (parser.HandleNextDocument(rest)) {
      problems.push_back({file, rest.root.line, rest.root.column, "", "one document is allowed, here a second begins"});
      return std::nullopt;
    }
    return std::move(builder.root);
  } catch (const Refused& refused) {
    problems.push_back({file, refused.mark.line + 1, refused.mark.column + 1, "", refused.text});
  } catch (const YAML::Exception& error) {
    for (const int line : {error.mark.line + 1, error.mark.line}) {
      if (auto tab = indenting_tab(text, line, file)) {
        problems.push_back(std::move(*tab));
        return std::nullopt;
      }
    }
    problems.push_back({file, error.mark.line + 1, error.mark.column + 1, "", "not YAML: " + error.msg});
  }
  return std::nullopt;
}

std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string_view>& candidates) {
  // A third of the word may differ: `kafka.brokerz` is near `kafka.brokers`, `fdp` is not near `inr`.
  const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
  std::size_t best = limit + 1;
  std::optional<std::string> nearest;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace coagwatch::rules
