#include "fhir/concept_map.h"

#include <charconv>

#include "fhir/guarded_rapidjson.h"

namespace coagwatch::fhir {
namespace {

using guarded_rapidjson::Value;

constexpr std::string_view kPropertyRank = "urn:coagwatch:property:method-rank";
constexpr std::string_view kPropertyFlavour = "urn:coagwatch:property:d-dimer-flavour";
constexpr std::string_view kPropertySpecimen = "urn:coagwatch:property:specimen";
constexpr int kMaxRank = 100;

/// What is wrong and where; travels as an exception within this file only.
struct Problem {
  std::string text;
};

std::string_view text_of(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

/// A value in the document with its path, for messages.
class Node {
 public:
  Node(const Value& value, std::string path) : value_(&value), path_(std::move(path)) {}

  [[noreturn]] void fail(std::string_view expected) const {
    throw Problem{(path_.empty() ? std::string("the map") : path_) + ": " + std::string(expected)};
  }
  [[nodiscard]] const Value* member(const char* name) const {
    if (!value_->IsObject()) fail("expected an object");
    const auto at = value_->FindMember(name);
    return at == value_->MemberEnd() ? nullptr : &at->value;
  }
  [[nodiscard]] std::string optional_text(const char* name) const {
    const Value* found = member(name);
    if (found == nullptr) return {};
    if (!found->IsString()) Node(*found, child(name)).fail("expected a string");
    return std::string(text_of(*found));
  }
  [[nodiscard]] std::string text(const char* name) const {
    std::string found = optional_text(name);
    if (found.empty()) fail(std::string("expected a non-empty `") + name + "`");
    return found;
  }
  /// The elements of the array `name`; empty where it is absent.
  [[nodiscard]] std::vector<Node> elements(const char* name) const {
    std::vector<Node> nodes;
    const Value* found = member(name);
    if (found == nullptr) return nodes;
    if (!found->IsArray()) Node(*found, child(name)).fail("expected an array");
    for (guarded_rapidjson::SizeType i = 0; i < found->Size(); ++i) {
      nodes.emplace_back((*found)[i], child(name) + "[" + std::to_string(i) + "]");
    }
    return nodes;
  }

 private:
  [[nodiscard]] std::string child(const char* name) const { return path_.empty() ? name : path_ + "." + name; }

  const Value* value_;
  std::string path_;
};

void read_property(const Node& node, CodeMeaning& meaning) {
  const std::string property = node.text("property");
  const std::string value = node.text("value");
  if (property == kPropertyRank) {
    int rank = -1;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), rank);
    if (error != std::errc() || end != value.data() + value.size() || rank < 0 || rank > kMaxRank) {
      node.fail("expected a method-rank from 0 to 100");
    }
    meaning.method_rank = static_cast<std::uint8_t>(rank);
  } else if (property == kPropertyFlavour) {
    if (value != "feu" && value != "ddu") node.fail("expected the d-dimer-flavour feu or ddu");
    meaning.flavour = value == "feu" ? DDimerFlavour::feu : DDimerFlavour::ddu;
  } else if (property == kPropertySpecimen) {
    if (value != "arterial") node.fail("expected the specimen arterial");
    meaning.needs_arterial_specimen = true;
  } else {
    node.fail("unknown property; expected method-rank, d-dimer-flavour or specimen of urn:coagwatch:property");
  }
}

CodeMeaning read_target(const Node& node) {
  CodeMeaning meaning;
  const auto measure = rules::measure_named(node.text("code"));
  if (!measure) node.fail("the code is not the name of a measure");
  if (rules::measure_info(*measure).derived_only) node.fail("this measure is always computed, never read");
  meaning.measure = *measure;
  for (const Node& product : node.elements("product")) read_property(product, meaning);
  for (const Node& dependency : node.elements("dependsOn")) read_property(dependency, meaning);
  if (meaning.flavour != DDimerFlavour::unknown && *measure != rules::Measure::d_dimer) {
    node.fail("only d-dimer has a flavour");
  }
  return meaning;
}

MappedCode read_element(const Node& node, const std::string& system) {
  MappedCode mapped;
  mapped.system = system;
  mapped.code = node.text("code");
  for (const Node& target : node.elements("target")) {
    const std::string equivalence = target.text("equivalence");
    if (equivalence == "unmatched" || equivalence == "disjoint") continue;
    const CodeMeaning meaning = read_target(target);
    if (!mapped.meaning) {
      mapped.meaning = meaning;
    } else if (!mapped.meaning->alternative && mapped.meaning->measure != meaning.measure) {
      mapped.meaning->alternative = meaning.measure;
    } else {
      target.fail("expected at most two targets, of different measures");
    }
  }
  return mapped;
}

void read_document(std::string_view json, std::vector<MappedCode>& out) {
  guarded_rapidjson::Document document;
  document.Parse<guarded_rapidjson::kParseIterativeFlag | guarded_rapidjson::kParseValidateEncodingFlag>(json.data(),
                                                                                                         json.size());
  if (document.HasParseError()) {
    throw Problem{"byte " + std::to_string(document.GetErrorOffset()) + ": " +
                  guarded_rapidjson::GetParseError_En(document.GetParseError())};
  }
  const Node root(document, "");
  if (root.text("resourceType") != "ConceptMap") root.fail("expected resourceType ConceptMap");
  const auto groups = root.elements("group");
  if (groups.empty()) root.fail("expected at least one group");
  for (const Node& group : groups) {
    if (group.text("target") != kMeasureSystem) {
      group.fail("expected the target " + std::string(kMeasureSystem));
    }
    const std::string system = group.optional_text("source");
    for (const Node& element : group.elements("element")) out.push_back(read_element(element, system));
  }
}

}  // namespace

std::optional<std::string> read_concept_map(std::string_view json, std::vector<MappedCode>& out) {
  try {
    read_document(json, out);
  } catch (const Problem& problem) {
    return problem.text;
  } catch (const JsonAssertion&) {
    return "the map is not usable JSON";
  }
  return std::nullopt;
}

}  // namespace coagwatch::fhir
