#include "fhir/json_node.h"

#include <algorithm>

#include "rules/criterion/yaml.h"

namespace coagwatch::fhir {
namespace {

using guarded_rapidjson::Value;

std::string_view text_of(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

int line_at(std::string_view json, std::size_t offset) {
  return 1 + static_cast<int>(std::count(json.begin(), json.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

}  // namespace

JsonNode::JsonNode(const Value& value, std::string path, JsonProblems& problems)
    : value_(&value), path_(std::move(path)), problems_(&problems) {}

const Value* JsonNode::member(const char* name) const {
  const auto at = value_->FindMember(name);
  return at == value_->MemberEnd() ? nullptr : &at->value;
}

std::string JsonNode::child(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

std::optional<std::string> JsonNode::optional_text(const char* name) const {
  const Value* found = member(name);
  if (found == nullptr) return std::nullopt;
  if (found->IsString() && found->GetStringLength() > 0) return std::string(text_of(*found));
  problems_->add(child(name), "expected a non-empty string");
  return std::nullopt;
}

std::optional<std::string> JsonNode::text(const char* name) const {
  if (!has(name)) problem(std::string("expected `") + name + "`");
  return optional_text(name);
}

bool JsonNode::boolean(const char* name) const {
  const Value* found = member(name);
  if (found == nullptr) return false;
  if (!found->IsBool()) problems_->add(child(name), "expected true or false");
  return found->IsTrue();
}

std::optional<JsonNode> JsonNode::object(const char* name) const {
  const Value* found = member(name);
  if (found == nullptr) return std::nullopt;
  if (found->IsObject()) return JsonNode(*found, child(name), *problems_);
  problems_->add(child(name), "expected an object");
  return std::nullopt;
}

std::vector<JsonNode> JsonNode::objects(const char* name) const {
  std::vector<JsonNode> nodes;
  const Value* found = member(name);
  if (found == nullptr) return nodes;
  if (!found->IsArray()) {
    problems_->add(child(name), "expected an array");
    return nodes;
  }
  for (guarded_rapidjson::SizeType i = 0; i < found->Size(); ++i) {
    std::string path = child(name) + "[" + std::to_string(i) + "]";
    if ((*found)[i].IsObject()) {
      nodes.emplace_back((*found)[i], std::move(path), *problems_);
    } else {
      problems_->add(std::move(path), "expected an object");
    }
  }
  return nodes;
}

std::optional<std::string> JsonNode::choice_text(std::string_view prefix) const {
  for (auto at = value_->MemberBegin(); at != value_->MemberEnd(); ++at) {
    if (!text_of(at->name).starts_with(prefix)) continue;
    const Value* value = &at->value;
    if (value->IsObject()) {
      const auto code = value->FindMember("code");
      value = code == value->MemberEnd() ? value : &code->value;
    }
    if (value->IsString()) return std::string(text_of(*value));
    if (value->IsInt()) return std::to_string(value->GetInt());
    problems_->add(child(text_of(at->name)), "expected a string or a code");
    return std::nullopt;
  }
  problem("expected `" + std::string(prefix) + "`");
  return std::nullopt;
}

void JsonNode::only(const std::vector<std::string_view>& names) const {
  std::vector<std::string_view> seen;
  for (auto at = value_->MemberBegin(); at != value_->MemberEnd(); ++at) {
    const std::string_view name = text_of(at->name);
    // Extensions of primitive members say nothing that we read.
    const std::string_view plain = name.starts_with('_') ? name.substr(1) : name;
    if (std::find(names.begin(), names.end(), plain) == names.end()) {
      std::string text = "unknown member";
      if (const auto nearest = rules::nearest_name(name, names)) text += "; did you mean " + *nearest + "?";
      problems_->add(child(name), std::move(text));
    } else if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      problems_->add(child(name), "stands there twice");
    }
    seen.push_back(name);
  }
}

std::optional<JsonNode> parse_root(std::string_view json, guarded_rapidjson::Document& document,
                                   JsonProblems& problems) {
  document.Parse<guarded_rapidjson::kParseIterativeFlag | guarded_rapidjson::kParseValidateEncodingFlag>(json.data(),
                                                                                                         json.size());
  if (document.HasParseError()) {
    problems.add("", guarded_rapidjson::GetParseError_En(document.GetParseError()));
    problems.list().back().line = line_at(json, std::min(document.GetErrorOffset(), json.size()));
    return std::nullopt;
  }
  if (!document.IsObject()) {
    problems.add("", "expected an object");
    return std::nullopt;
  }
  return JsonNode(document, "", problems);
}

namespace {

/// Follows a parse and notes where the wanted paths stand. Where a name stands twice, its first place counts.
class PathLines : public guarded_rapidjson::BaseReaderHandler<guarded_rapidjson::UTF8<>, PathLines> {
 public:
  using Size = guarded_rapidjson::SizeType;

  PathLines(std::string_view json, const guarded_rapidjson::StringStream& stream, std::vector<MapProblem>& problems)
      : json_(json), stream_(stream), problems_(problems) {}

  bool Default() { return note(); }
  bool String(const char* /*text*/, Size /*length*/, bool /*copy*/) { return note(); }
  bool StartObject() { return open(false); }
  bool StartArray() { return open(true); }
  bool EndObject(Size /*members*/) { return close(); }
  bool EndArray(Size /*elements*/) { return close(); }
  bool Key(const char* text, Size length, bool /*copy*/) {
    levels_.back().key.assign(text, length);
    return true;
  }

 private:
  struct Level {
    bool is_array = false;
    std::size_t index = 0;
    std::string key;
    std::size_t path_length = 0;  ///< of the container itself
  };

  bool note() {
    enter();
    leave();
    return true;
  }
  bool open(bool is_array) {
    enter();
    levels_.push_back({is_array, 0, "", path_.size()});
    return true;
  }
  bool close() {
    levels_.pop_back();
    leave();
    return true;
  }
  void enter() {
    if (!levels_.empty()) {
      const Level& level = levels_.back();
      if (level.is_array) {
        path_.append("[").append(std::to_string(level.index)).append("]");
      } else {
        path_.append(path_.empty() ? "" : ".").append(level.key);
      }
    }
    for (MapProblem& problem : problems_) {
      if (problem.line == 0 && problem.path == path_)
        problem.line = line_at(json_, std::min(stream_.Tell(), json_.size()));
    }
  }
  void leave() {
    path_.resize(levels_.empty() ? 0 : levels_.back().path_length);
    if (!levels_.empty()) ++levels_.back().index;
  }

  std::string_view json_;
  const guarded_rapidjson::StringStream& stream_;
  std::vector<MapProblem>& problems_;
  std::vector<Level> levels_;
  std::string path_;
};

}  // namespace

void find_lines(std::string_view json, std::vector<MapProblem>& problems) {
  const std::string text(json);
  guarded_rapidjson::StringStream stream(text.c_str());
  PathLines lines(json, stream, problems);
  guarded_rapidjson::Reader reader;
  reader.Parse<guarded_rapidjson::kParseIterativeFlag>(stream, lines);
}

}  // namespace coagwatch::fhir
