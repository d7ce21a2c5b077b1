#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace coagwatch::rules {

// Text in columns, for terminals.

/// Columns that a text takes: its characters, not its bytes.
std::size_t width_of(std::string_view text);

/// The text with blanks behind it, up to that width.
std::string padded(std::string text, std::size_t width);

/// The words of a text in lines of at most `width` columns; a longer word has a line of its own. Identifiers stay with
/// their scheme, so that they can be searched for.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// Appends a line, without blanks at its end.
void add_line(std::string line, std::string& out);

}  // namespace coagwatch::rules
