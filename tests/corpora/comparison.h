#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/corpora/expected_rows.h"

namespace coagwatch::corpora {

/// Every difference between what was found, the lines of `replay --emit intake`, and what was expected, one text each
/// with the record's line: rows that differ, are missing, too many, or twice there. Empty if there is none.
std::vector<std::string> differences(const std::vector<ExpectedRow>& expected, const std::vector<std::string>& found);

/// The records, numbered from 1 to `records`, of which not one row was found, as texts.
std::vector<std::string> records_without_rows(std::uint64_t records, const std::vector<std::string>& found);

/// The record that a row is of; 0 if it does not say.
std::uint64_t line_of(const std::string& row);

}  // namespace coagwatch::corpora
