#include "fhir/terminology.h"

#include <map>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "fhir/concept_map.h"
#include "fhir/units.h"

namespace coagwatch::fhir {

/// Generated at build time from fhir/maps.
const std::vector<std::pair<std::string_view, std::string_view>>& map_files();

namespace {

struct CodeKey {
  std::string system;
  std::string code;
};
struct CodeView {
  std::string_view system;
  std::string_view code;
};

struct CodeHash {
  using is_transparent = void;
  std::size_t operator()(const CodeView& key) const {
    constexpr std::size_t kMix = 0x9E3779B97F4A7C15U;
    return std::hash<std::string_view>()(key.system) * kMix ^ std::hash<std::string_view>()(key.code);
  }
  std::size_t operator()(const CodeKey& key) const { return (*this)(CodeView{key.system, key.code}); }
};

struct CodeEqual {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return std::string_view(a.code) == std::string_view(b.code) &&
           std::string_view(a.system) == std::string_view(b.system);
  }
};

std::string_view flavour_name(DDimerFlavour flavour) {
  switch (flavour) {
    case DDimerFlavour::feu:
      return " feu";
    case DDimerFlavour::ddu:
      return " ddu";
    case DDimerFlavour::unknown:
      break;
  }
  return "";
}

void append_code(const CodeKey& key, const std::optional<CodeMeaning>& meaning, std::string& out) {
  out.append("code ").append(key.system).append("|").append(key.code).push_back(' ');
  if (!meaning) {
    out.append("-\n");
    return;
  }
  out.append(rules::measure_info(meaning->measure).name).append(" ");
  out.append(std::to_string(static_cast<int>(meaning->method_rank))).append(flavour_name(meaning->flavour));
  if (meaning->alternative) out.append(" or ").append(rules::measure_info(*meaning->alternative).name);
  out.append(meaning->needs_arterial_specimen ? " arterial\n" : "\n");
}

std::string_view built_in(std::string_view name) {
  for (const auto& [path, text] : map_files()) {
    if (path.ends_with(name)) return text;
  }
  throw std::logic_error("no built-in map " + std::string(name));
}

}  // namespace

struct Terminology::Impl {
  std::unordered_map<CodeKey, std::optional<CodeMeaning>, CodeHash, CodeEqual> codes;
  UnitTable units;
};

Terminology::Terminology() : impl_(std::make_unique<Impl>()) {
  if (auto problem = add_concept_map(built_in("loinc.json"))) throw std::logic_error("loinc.json: " + *problem);
  if (auto problem = impl_->units.read_ucum(built_in("ucum_atoms.tsv"))) {
    throw std::logic_error("ucum_atoms.tsv: " + *problem);
  }
  if (auto problem = impl_->units.read(built_in("units.tsv"))) throw std::logic_error("units.tsv: " + *problem);
}
Terminology::~Terminology() = default;
Terminology::Terminology(Terminology&&) noexcept = default;
Terminology& Terminology::operator=(Terminology&&) noexcept = default;

std::optional<std::string> Terminology::add_concept_map(std::string_view json) {
  std::vector<MappedCode> mapped;
  if (auto problem = read_concept_map(json, mapped)) return problem;
  for (MappedCode& entry : mapped) {
    impl_->codes.insert_or_assign({std::move(entry.system), std::move(entry.code)}, entry.meaning);
  }
  return std::nullopt;
}

const CodeMeaning* Terminology::find(std::string_view system, std::string_view code) const {
  const auto at = impl_->codes.find(CodeView{system, code});
  return at == impl_->codes.end() || !at->second ? nullptr : &*at->second;
}

std::optional<Terminology::Conversion> Terminology::unit(rules::Measure measure, std::string_view unit) const {
  return impl_->units.find(measure, unit);
}

bool Terminology::knows_unit(std::string_view unit) const { return impl_->units.knows(unit); }

bool Terminology::is_unit(std::string_view unit) const { return impl_->units.is_unit(unit); }

std::string Terminology::canonical_text() const {
  std::map<std::pair<std::string_view, std::string_view>, std::string> sorted;
  for (const auto& [key, meaning] : impl_->codes) append_code(key, meaning, sorted[{key.system, key.code}]);
  std::string text;
  for (const auto& [key, line] : sorted) text.append(line);
  impl_->units.append_canonical(text);
  return text;
}

}  // namespace coagwatch::fhir
