#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rules/explain/explanation.h"

// The words and columns of an explanation for people.
namespace coagwatch::daemon {

inline constexpr std::size_t kTextWidth = 100;

/// One cell of a row: a text and the columns that it has.
struct Cell {
  std::string text;
  std::size_t width = 0;
  bool right = false;  ///< numbers
};
/// Appends a row; what is too long for its cell goes on in the lines below.
void add_row(const std::vector<Cell>& cells, std::string& out);

/// Appends a label of 12 columns and a text beside it, in lines.
void add_labelled(std::string_view label, std::string_view text, std::string& out);

/// `2026-01-02 08:00`, in UTC.
std::string clock_text(rules::Timestamp time);
/// `2 h 14 min`.
std::string span_text(rules::Duration span);
/// `5`, `4 to 7`.
std::string range_text(int min, int max);
/// `underlying disorder`.
std::string fact_text(rules::Fact fact);
/// The texts with a separator between.
std::string joined(const std::vector<std::string>& texts, std::string_view separator);

}  // namespace coagwatch::daemon
