#include "fhir/code_table.h"

#include <algorithm>
#include <map>
#include <utility>

#include "fhir/units.h"

namespace coagwatch::fhir {
namespace {

constexpr char kAnything = '?';

bool matches(std::string_view pattern, std::string_view code) {
  return std::equal(pattern.begin(), pattern.end(), code.begin(), code.end(),
                    [](char wanted, char found) { return wanted == kAnything || wanted == found; });
}

auto open_places(const std::string& pattern) { return std::count(pattern.begin(), pattern.end(), kAnything); }

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

std::string line_of(std::string_view kind, std::string_view system, std::string_view code,
                    const std::optional<CodeMeaning>& meaning) {
  std::string out(kind);
  out.append(" ").append(system).append("|").append(code).push_back(' ');
  if (!meaning) return out.append("-\n");
  if (meaning->platelet_clumps) return out.append(kPlateletClumps).append("\n");
  out.append(rules::measure_info(meaning->measure).name).append(" ");
  out.append(std::to_string(static_cast<int>(meaning->method_rank))).append(flavour_name(meaning->flavour));
  if (meaning->alternative) out.append(" or ").append(rules::measure_info(*meaning->alternative).name);
  if (meaning->unit) {
    append_conversion(*meaning->unit, out.append(" unit "));
    out.append(flavour_name(meaning->unit->flavour));
  }
  if (meaning->needs_arterial_specimen) out.append(" arterial");
  if (meaning->any_text) out.append(" any-text");
  return out.append("\n");
}

}  // namespace

std::size_t CodeTable::Hash::operator()(const View& key) const {
  constexpr std::size_t kMix = 0x9E3779B97F4A7C15U;
  return std::hash<std::string_view>()(key.system) * kMix ^ std::hash<std::string_view>()(key.code);
}

std::vector<CodeTable::Pattern>& CodeTable::patterns_of(const std::string& system) {
  const auto found =
      std::find_if(patterns_.begin(), patterns_.end(), [&](const Patterns& each) { return each.system == system; });
  if (found != patterns_.end()) return found->list;
  patterns_.push_back({system, {}});
  return patterns_.back().list;
}

void CodeTable::add(std::vector<MappedCode> mapped) {
  std::map<std::string, std::vector<Pattern>> of_this_map;
  for (MappedCode& entry : mapped) {
    if (entry.is_pattern) {
      of_this_map[entry.system].push_back({std::move(entry.code), entry.meaning});
    } else {
      codes_.insert_or_assign({std::move(entry.system), std::move(entry.code)}, entry.meaning);
    }
  }
  for (auto& [system, added] : of_this_map) {
    std::stable_sort(added.begin(), added.end(),
                     [](const Pattern& a, const Pattern& b) { return open_places(a.code) < open_places(b.code); });
    std::vector<Pattern>& list = patterns_of(system);
    list.insert(list.begin(), std::make_move_iterator(added.begin()), std::make_move_iterator(added.end()));
  }
}

const CodeMeaning* CodeTable::find(std::string_view system, std::string_view code) const {
  if (const auto at = codes_.find(View{system, code}); at != codes_.end()) return at->second ? &*at->second : nullptr;
  for (const Patterns& patterns : patterns_) {
    if (patterns.system != system) continue;
    const auto match = std::find_if(patterns.list.begin(), patterns.list.end(),
                                    [&](const Pattern& pattern) { return matches(pattern.code, code); });
    return match != patterns.list.end() && match->meaning ? &*match->meaning : nullptr;
  }
  return nullptr;
}

void CodeTable::append_canonical(std::string& out) const {
  std::map<std::pair<std::string_view, std::string_view>, std::string> sorted;
  for (const auto& [key, meaning] : codes_) {
    sorted[{key.system, key.code}] = line_of("code", key.system, key.code, meaning);
  }
  for (const auto& [key, line] : sorted) out.append(line);
  std::map<std::string_view, std::string> by_system;
  for (const Patterns& patterns : patterns_) {
    std::string& text = by_system[patterns.system];
    // Their order decides.
    for (const Pattern& each : patterns.list) text += line_of("pattern", patterns.system, each.code, each.meaning);
  }
  for (const auto& [system, text] : by_system) out.append(text);
}

}  // namespace coagwatch::fhir
