#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "fhir/analyte_names.h"
#include "fhir/observation.h"
#include "fhir/terminology.h"

namespace coagwatch::fhir {

/// Whether the text of an Observation's code contradicts what its code was mapped to. A feed shows the same few
/// hundred names over and over: what was found of each is remembered, in bounded memory, so that one seen before costs
/// a comparison.
///
/// Not thread-safe.
class NameCheck {
 public:
  /// `names` must outlive this.
  explicit NameCheck(const AnalyteNames& names);

  /// True if `code.text` or a display of its codings surely names something else than `meaning`, what `code` was mapped
  /// to. Never where the site's map takes any text.
  bool contradicted(const Concept& code, const CodeMeaning& meaning);

 private:
  struct Seen {
    std::string text;
    MeasureSet meant;
    bool contradicts = false;
  };
  static constexpr std::size_t kSets = 512;
  static constexpr std::size_t kWays = 2;

  bool contradicts(std::string_view text, const MeasureSet& meant);

  const AnalyteNames& names_;
  std::unique_ptr<std::array<std::array<Seen, kWays>, kSets>> seen_;
};

}  // namespace coagwatch::fhir
