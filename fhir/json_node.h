#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/guarded_rapidjson.h"
#include "fhir/terminology.h"

namespace coagwatch::fhir {

/// Collects what is wrong with a JSON document.
class JsonProblems {
 public:
  void add(std::string path, std::string text) { list_.push_back({std::move(path), 0, std::move(text)}); }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] std::size_t size() const { return list_.size(); }
  std::vector<MapProblem>& list() { return list_; }

 private:
  std::vector<MapProblem> list_;
};

/// A value in a JSON document with its path (`group[0].element[1]`), read by asking: what is not as asked for becomes
/// a problem, and the reading goes on.
class JsonNode {
 public:
  JsonNode(const guarded_rapidjson::Value& value, std::string path, JsonProblems& problems);

  [[nodiscard]] const std::string& path() const { return path_; }
  void problem(std::string text) const { problems_->add(path_, std::move(text)); }
  [[nodiscard]] bool has(const char* name) const { return member(name) != nullptr; }
  /// The string `name`; a problem if it is something else, or empty.
  [[nodiscard]] std::optional<std::string> optional_text(const char* name) const;
  /// As optional_text, and a problem if it is absent.
  [[nodiscard]] std::optional<std::string> text(const char* name) const;
  /// The boolean `name`, false where it is absent.
  [[nodiscard]] bool boolean(const char* name) const;
  /// The objects in the array `name`; empty where it is absent.
  [[nodiscard]] std::vector<JsonNode> objects(const char* name) const;
  /// The object `name`; nothing where it is absent, and a problem if it is something else.
  [[nodiscard]] std::optional<JsonNode> object(const char* name) const;
  /// The one member whose name starts with `prefix`, as text if it is a string, or the `code` of an object.
  [[nodiscard]] std::optional<std::string> choice_text(std::string_view prefix) const;
  /// A problem for each member that is not in `names`, and for each name that stands twice.
  void only(const std::vector<std::string_view>& names) const;

 private:
  [[nodiscard]] const guarded_rapidjson::Value* member(const char* name) const;
  [[nodiscard]] std::string child(std::string_view name) const;

  const guarded_rapidjson::Value* value_;  ///< an object
  std::string path_;
  JsonProblems* problems_;
};

/// Parses `json` into `document` and returns its root; nothing if it is no JSON object, which becomes a problem.
std::optional<JsonNode> parse_root(std::string_view json, guarded_rapidjson::Document& document,
                                   JsonProblems& problems);

/// Fills in the lines of `problems`, which concern `json`, by their paths.
void find_lines(std::string_view json, std::vector<MapProblem>& problems);

}  // namespace coagwatch::fhir
