#include "daemon/report/html.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "fhir/utf8.h"

namespace coagwatch::daemon {
namespace {

// With a space that no line breaks at.
constexpr const char* kPercent = "\u00A0%";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// XML has no character for these, not even escaped.
bool is_forbidden(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r'; }

void append_escaped(char c, std::string& out) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    default:
      out += c;
  }
}

std::string class_attribute(std::string_view name) {
  return name.empty() ? std::string() : " class=\"" + std::string(name) + "\"";
}

}  // namespace

std::string escaped(std::string_view text) {
  const bool readable = fhir::is_utf8(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      out += kReplacement;
      i += 2;
    } else if (is_forbidden(text[i]) || (!readable && static_cast<unsigned char>(text[i]) > 0x7E)) {
      out += kReplacement;
    } else {
      append_escaped(text[i], out);
    }
  }
  return out;
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  std::string_view digits = text.data();
  // -0.0 is no number that anybody measured.
  if (digits.find_first_not_of("-0.") == std::string_view::npos && digits.starts_with('-')) digits.remove_prefix(1);
  return digits.starts_with('-') ? "\u2212" + std::string(digits.substr(1)) : std::string(digits);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "–";
  return fixed(100.0 * static_cast<double>(part) / static_cast<double>(whole), 1) + kPercent;
}

std::string counted(std::uint64_t value, std::string_view word) {
  return grouped(value) + " " + std::string(word) + (value == 1 ? "" : "s");
}

Table::Table(std::string& out, std::string_view label, std::initializer_list<Column> columns) : out_(out) {
  const bool headed = std::ranges::any_of(columns, [](const Column& column) { return !column.name.empty(); });
  out_ += "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escaped(label) + "\">\n<table>\n";
  if (headed) out_ += "<thead><tr>";
  for (const Column& column : columns) {
    if (!headed) break;
    out_ += "<th scope=\"col\"" + class_attribute(column.number ? "n" : "") + ">" + escaped(column.name) + "</th>";
  }
  if (headed) out_ += "</tr></thead>\n";
  out_ += "<tbody>\n";
}

Table::~Table() {
  if (in_row_) out_ += "</tr>\n";
  out_ += "</tbody>\n</table>\n</div>\n";
}

void Table::row(std::string_view name) {
  if (in_row_) out_ += "</tr>\n";
  in_row_ = true;
  out_ += "<tr" + class_attribute(name) + ">";
}

void Table::head(std::string_view html) { (out_ += "<th scope=\"row\">").append(html) += "</th>"; }
void Table::number(std::string_view text) { out_ += "<td class=\"n\">" + escaped(text) + "</td>"; }
void Table::text(std::string_view text) { out_ += "<td>" + escaped(text) + "</td>"; }
void Table::html(std::string_view html) { (out_ += "<td>").append(html) += "</td>"; }

Section::Section(std::string& out, std::string_view id, std::string_view title) : out_(out) {
  out_ += "<section id=\"" + std::string(id) + "\">\n<h2>" + escaped(title) + "</h2>\n";
}

Section::~Section() { out_ += "</section>\n"; }

void paragraph(std::string& out, std::string_view text, std::string_view name) {
  out += "<p" + class_attribute(name) + ">" + escaped(text) + "</p>\n";
}

std::string bar(std::initializer_list<BarPart> parts, std::string_view label) {
  std::string svg =
      "<svg class=\"bar\" width=\"100%\" height=\"8\" role=\"img\" aria-label=\"" + escaped(label) + "\">";
  double left = 0;
  for (const BarPart& part : parts) {
    if (part.part <= 0) continue;
    svg += "<rect class=\"" + std::string(part.name) + "\" x=\"" + fixed(100 * left, 2) + "%\" width=\"" +
           fixed(100 * part.part, 2) + "%\" height=\"8\"/>";
    left += part.part;
  }
  return svg + "</svg>";
}

}  // namespace coagwatch::daemon
