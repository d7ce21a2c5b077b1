#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fhir/exact_ratio.h"
#include "fhir/table_text.h"

namespace coagwatch::fhir {

/// What a UCUM term means: its dimension, and its size in base units.
struct UcumUnit {
  /// How many dimensions there can be: base units, and arbitrary units each of its own.
  static constexpr std::size_t kMaxDimensions = 48;

  enum class Scale : std::uint8_t {
    ratio,      ///< a multiple of the base units: `factor`
    offset,     ///< a temperature: base units = (reading + `offset`) * `factor`
    inexact,    ///< a multiple with no finite decimal, or one that does not fit
    nonlinear,  ///< a logarithm or an angle's tangent, or a temperature within a larger term
  };

  std::array<std::int8_t, kMaxDimensions> dimension{};
  ExactRatio factor;
  rules::Decimal offset;
  Scale scale = Scale::ratio;

  /// A plain number: `1`, `%`, `10*3`, `{score}`.
  [[nodiscard]] bool dimensionless() const;
};

/// The units that UCUM terms are made of (`fhir/maps/ucum_atoms.tsv`), and the reader of such terms. Immutable after
/// reading; safe to share between threads.
class Ucum {
 public:
  /// A longer term, one with deeper parentheses, or with an exponent of more than two digits is no term to us.
  static constexpr std::size_t kMaxLength = 64;
  static constexpr std::size_t kMaxDepth = 8;

  /// Reads the table's text. On failure returns what is wrong, with the line number, and leaves the units as they were.
  std::optional<std::string> read(std::string_view tsv);

  /// Reads a UCUM term, case-sensitive (`10*3/uL`, `ug{FEU}/mL`, `mL/(24.h)`, `m[IU]/mL`). nullopt if it is none.
  /// Allocates nothing.
  [[nodiscard]] std::optional<UcumUnit> parse(std::string_view term) const;
  /// Appends every unit in a fixed order.
  void append_canonical(std::string& out) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Atom {
    UcumUnit unit;
    bool metric = false;
  };
  using Atoms = std::unordered_map<std::string, Atom, Hash, std::equal_to<>>;
  friend class UcumReader;

  std::optional<std::string> add(const TableRow& row, std::size_t& dimensions);

  Atoms atoms_;
};

/// `from` as a multiple of `to`; nullopt if they differ in dimension, or one of them is no exact multiple of base
/// units.
std::optional<ExactRatio> ratio(const UcumUnit& from, const UcumUnit& to);

}  // namespace coagwatch::fhir
