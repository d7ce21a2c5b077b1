#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace coagwatch::daemon {

/// Text as it stands in HTML and XML alike; what neither may hold becomes U+FFFD.
std::string escaped(std::string_view text);

/// `12,345`.
std::string grouped(std::uint64_t value);
/// With so many decimals; a minus sign where it is needed.
std::string fixed(double value, int decimals);
/// `37.5 %`; a dash of nothing.
std::string percent(std::uint64_t part, std::uint64_t whole);

/// A word that counts, `1 patient`, `2 patients`.
std::string counted(std::uint64_t value, std::string_view word);

/// A table that scrolls sideways where it is wider than the page. Closed when it is destroyed.
class Table {
 public:
  struct Column {
    std::string_view name;
    bool number = true;
  };
  /// `label` says what it is to who cannot see it. Columns without any name have no head.
  Table(std::string& out, std::string_view label, std::initializer_list<Column> columns);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  /// Begins a row; `name` is a class of the style sheet, or empty.
  void row(std::string_view name = {});
  /// The row's heading, as HTML.
  void head(std::string_view html);
  void number(std::string_view text);
  void count(std::uint64_t value) { number(grouped(value)); }
  void text(std::string_view text);
  /// A cell, as HTML.
  void html(std::string_view html);

 private:
  std::string& out_;
  bool in_row_ = false;
};

/// A section with a heading, until it is destroyed; `id` is its anchor. To be declared before what stands in it.
class Section {
 public:
  Section(std::string& out, std::string_view id, std::string_view title);
  ~Section();
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

 private:
  std::string& out_;
};

/// A paragraph of plain text; `name` is a class of the style sheet, or empty.
void paragraph(std::string& out, std::string_view text, std::string_view name = {});

/// A bar of that part of its cell, 0 to 1, in the colour of a class of the style sheet.
struct BarPart {
  double part = 0;
  std::string_view name;
};
/// Parts side by side, as SVG. `label` says it in words.
std::string bar(std::initializer_list<BarPart> parts, std::string_view label);

}  // namespace coagwatch::daemon
