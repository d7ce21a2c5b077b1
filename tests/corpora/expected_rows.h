#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace coagwatch::corpora {

/// One row of `replay --emit intake` as it must be.
struct ExpectedRow {
  std::uint64_t line = 0;  ///< the record's, from 1
  std::string text;        ///< the row as JSON; only up to the reason, unless `whole`
  bool whole = false;      ///< nothing may follow `text`

  [[nodiscard]] bool is(std::string_view found) const;
};

/// What stands in a file of expectations, in its order (README.md, "The files of expectations"). Throws
/// std::runtime_error, with the number of the line, where it is not understood.
std::vector<ExpectedRow> read_expected(std::istream& file);

}  // namespace coagwatch::corpora
