#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fhir/concept_map.h"

namespace coagwatch::fhir {

/// What codes mean: by system and code, or by a pattern over the places of a code. Filled at start-up.
class CodeTable {
 public:
  /// Adds what a map says. What was added later goes before; an exact code goes before a pattern, of one map's patterns
  /// the one that leaves less open.
  void add(std::vector<MappedCode> mapped);

  /// The meaning of `system|code`, or nullptr.
  [[nodiscard]] const CodeMeaning* find(std::string_view system, std::string_view code) const;

  /// A line for each entry, in a fixed order.
  void append_canonical(std::string& out) const;

 private:
  struct Key {
    std::string system;
    std::string code;
  };
  struct View {
    std::string_view system;
    std::string_view code;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const View& key) const;
    std::size_t operator()(const Key& key) const { return (*this)(View{key.system, key.code}); }
  };
  struct Equal {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return std::string_view(a.code) == std::string_view(b.code) &&
             std::string_view(a.system) == std::string_view(b.system);
    }
  };
  using Meaning = std::optional<CodeMeaning>;  ///< none: the code has been taken away
  struct Pattern {
    std::string code;
    Meaning meaning;
  };
  struct Patterns {
    std::string system;
    std::vector<Pattern> list;  ///< in the order in which they are tried
  };

  std::vector<Pattern>& patterns_of(const std::string& system);

  std::unordered_map<Key, Meaning, Hash, Equal> codes_;
  /// Few, so that a code that is not mapped costs little in other systems.
  std::vector<Patterns> patterns_;
};

}  // namespace coagwatch::fhir
