#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fhir/terminology.h"

namespace coagwatch::fhir {

/// A unit's spelling brought to the form in which spellings are compared: white space and UCUM annotations (`{…}`)
/// taken out (one that stands for a factor, `mg/{x}`, becomes `1`; of the white space between two numbers one space is
/// left, for `10 3/uL` is not 103), signs in plain ASCII (unit_signs.h); for D-dimer
/// also the words FEU and DDU taken out. Lives on the stack, allocates nothing.
class UnitText {
 public:
  /// Longer spellings are no units.
  static constexpr std::size_t kMaxLength = 48;

  UnitText(std::string_view spelling, bool d_dimer);

  /// False if the spelling is too long or has unbalanced braces.
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::string_view exact() const { return {exact_.data(), length_}; }
  /// True if white space was taken out between two words or numbers: `10 9/L`, which is not 109 per litre.
  [[nodiscard]] bool gapped() const { return gaps_ != 0; }
  /// With ASCII letters in lower case.
  [[nodiscard]] std::string_view folded() const { return {folded_.data(), length_}; }
  /// Something was written, and all of it was annotation: `{INR}`, `{score}`; UCUM reads it as the unit 1.
  [[nodiscard]] bool only_annotation() const { return ok_ && length_ == 0 && annotated_; }
  /// Annotations, or words FEU and DDU, were taken out.
  [[nodiscard]] bool annotated() const { return annotated_; }
  /// Unknown where both are named.
  [[nodiscard]] DDimerFlavour flavour() const { return flavour_; }
  [[nodiscard]] bool flavour_conflict() const { return flavour_conflict_; }

 private:
  void read(std::string_view spelling);
  void take_out_flavour_words();
  void take_out(std::size_t at, std::size_t count);
  void put(char c);
  void end_annotation();

  std::array<char, kMaxLength> exact_{};
  std::array<char, kMaxLength> folded_{};
  std::size_t length_ = 0;
  std::uint64_t gaps_ = 0;  // bit i: white space stood before exact_[i]
  bool space_ = false;
  bool ok_ = true;
  bool annotated_ = false;
  bool flavour_conflict_ = false;
  DDimerFlavour flavour_ = DDimerFlavour::unknown;
};

/// What `text` says of a D-dimer's kind: FEU or DDU in any case (`ng/mL FEU`, `D-dimer (DDU)`), `fibrinogen
/// equivalent`. `contradiction` is set if it names both.
DDimerFlavour flavour_in_text(std::string_view text, bool& contradiction);

}  // namespace coagwatch::fhir
