#include "rules/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

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
    if (expects_key()) return take_key(mark, value);
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
  };

  YamlNode& at(std::size_t level) {
    YamlNode* node = &root;
    for (std::size_t i = 1; i <= level; ++i) {
      node = node->kind == YamlNode::Kind::map ? &node->entries.back().second : &node->items.back();
    }
    return *node;
  }
  YamlNode& top() { return at(path_.size() - 1); }
  bool expects_key() { return !path_.empty() && top().kind == YamlNode::Kind::map && !path_.back().has_key; }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    YamlNode& map = top();
    if (map.find(key) != nullptr) throw Refused{mark, "duplicate key " + key};
    map.entries.emplace_back(key, YamlNode{});
    path_.back().has_key = true;
  }

  YamlNode& add(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) throw Refused{mark, "anchors are not allowed: write the value again"};
    if (!tag.empty() && tag != "?" && tag != "!") throw Refused{mark, "tags are not allowed: " + tag};
    if (++nodes_ > kMaxNodes) throw Refused{mark, "more than 200,000 values"};
    YamlNode* node = &root;
    if (!path_.empty()) {
      YamlNode& parent = top();
      if (parent.kind == YamlNode::Kind::map) {
        if (!path_.back().has_key) throw Refused{mark, "a key must be a plain text"};
        path_.back().has_key = false;
        node = &parent.entries.back().second;
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

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
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

std::optional<YamlNode> parse_yaml(std::string_view text, const std::string& file, std::vector<Problem>& problems) {
  if (text.size() > kMaxBytes) {
    problems.push_back({file, 0, 0, "", "larger than 4 MiB"});
    return std::nullopt;
  }
  try {
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
    problems.push_back({file, error.mark.line + 1, error.mark.column + 1, "", "not YAML: " + error.msg});
  }
  return std::nullopt;
}

std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string_view>& candidates) {
  // A third of the word may differ: `kafka.brokerz` is near `kafka.brokers`, `abc` is near nothing of three letters.
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
