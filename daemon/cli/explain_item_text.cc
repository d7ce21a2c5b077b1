#include "daemon/cli/explain_item_text.h"

#include <algorithm>

#include "daemon/cli/explain_words.h"
#include "fhir/alert_parts.h"
#include "fhir/explanation_writer.h"
#include "rules/criterion/columns.h"
#include "rules/criterion/text.h"

namespace coagwatch::daemon {
namespace {

using rules::Lack;

constexpr std::size_t kIndent = 2;
constexpr std::size_t kTitle = 26;
constexpr std::size_t kFound = 38;
constexpr std::size_t kBand = 26;
constexpr std::size_t kPoints = kTextWidth - kIndent - kTitle - kFound - kBand;

/// One line of an item: what was found, and in which band it lies.
struct Line {
  std::string found;
  std::string band;
};

std::string lack_text(const rules::ExplainedSource& source) {
  const std::string last = source.last.known() ? " of " + clock_text(source.last) : "";
  switch (source.lack) {
    case Lack::too_old:
      return "too old, the last" + last;
    case Lack::unusable:
      return "not usable: " + std::string(fhir::unusable_name(source.unusable)) + last;
    case Lack::forgotten:
      return "not known, a cap dropped results";
    case Lack::older_source:
      return "more than 4 h older than the next" + last;
    case Lack::site_setting:
      return source.source->measure == rules::Measure::fdp_by_kit ? "the site names no kit"
                                                                  : "the site does not say what to compare with";
    case Lack::no_limit:
      return "no upper limit, own or of the site";
    case Lack::no_baseline:
      return "no count in the 24 h before";
    case Lack::no_divisor:
      return "nothing to divide by within 4 h";
    case Lack::no_result:
    case Lack::none:
      break;
  }
  return "no result";
}

std::string name_of(const rules::Source& source) {
  std::string name(rules::readable_name(source.measure));
  if (source.per) name.append(" / ").append(rules::readable_name(*source.per));
  return name;
}

std::string reading_text(const rules::Source& source, const rules::BandedValue& reading, rules::Timestamp as_of) {
  std::string text = fhir::value_text(source.measure, reading.value);
  if (reading.per && source.per) text += " / " + fhir::value_text(*source.per, *reading.per);
  if (reading.at.known() && reading.at != as_of) text += ", " + span_text(as_of - reading.at) + " old";
  return text;
}

std::string bands_text(const std::vector<rules::Band>& bands) {
  std::vector<std::string> texts;
  texts.reserve(bands.size());
  for (const rules::Band& band : bands) {
    texts.push_back(rules::band_text(band) + ": " + std::to_string(band.points) + (band.final ? " whatever else" : ""));
  }
  return joined(texts, ", ");
}

void add_source(const rules::ExplainedItem& item, const rules::ExplainedSource& source, rules::Timestamp as_of,
                std::vector<Line>& lines) {
  const std::string name = name_of(*source.source);
  const std::string label = name == item.score.item->title ? "" : name + ": ";
  if (source.lack != Lack::none) lines.push_back({label + lack_text(source), ""});
  for (const rules::BandedValue& reading : source.readings) {
    lines.push_back({label + reading_text(*source.source, reading, as_of), bands_text(reading.bands)});
  }
}

void add_trend(const rules::ExplainedTrend& trend, std::vector<Line>& lines) {
  std::vector<std::string> may_be;
  if (trend.rising) may_be.emplace_back("rising");
  if (trend.stable) may_be.emplace_back("stable");
  if (trend.falling) may_be.emplace_back("falling");
  const std::string of = trend.measure ? std::string(rules::readable_name(*trend.measure)) + ": " : "no value: ";
  lines.push_back({of + joined(may_be, " or "), ""});
}

std::string said_text(rules::Tristate value) {
  return value == rules::Tristate::unknown ? "not recorded" : std::string(rules::tristate_name(value));
}

void add_branches(const rules::ExplainedItem& item, rules::Timestamp as_of, std::vector<Line>& lines);

void add_lines(const rules::ExplainedItem& item, rules::Timestamp as_of, std::vector<Line>& lines) {
  if (item.reported) {
    lines.push_back({"reported: " + fhir::value_text(*item.score.by, item.reported->value), ""});
  }
  for (const rules::ExplainedSource& source : item.sources) add_source(item, source, as_of, lines);
  for (const auto& [fact, value] : item.facts) {
    lines.push_back({fact_text(fact) + ": " + said_text(value), ""});
  }
  if (item.trend) add_trend(*item.trend, lines);
  if (item.chosen) add_branches(item, as_of, lines);
}

void add_branches(const rules::ExplainedItem& item, rules::Timestamp as_of, std::vector<Line>& lines) {
  const bool unknown = *item.chosen == rules::Tristate::unknown;
  lines.push_back({fact_text(*item.score.item->chosen_by) + ": " + said_text(*item.chosen), ""});
  for (std::size_t i = 0; i < item.branches.size(); ++i) {
    const rules::ExplainedItem& branch = item.branches[i];
    const std::size_t before = lines.size();
    add_lines(branch, as_of, lines);
    if (lines.size() == before && branch.score.item->open) {
      lines.push_back({"any points of " + range_text(branch.score.min, branch.score.max), ""});
    }
    for (std::size_t j = before; unknown && j < lines.size(); ++j) {
      lines[j].found.insert(0, i == 0 ? "if yes: " : "if no: ");
    }
  }
}

}  // namespace

void add_item_heading(std::string& out) {
  add_row({{"", kIndent}, {"Item", kTitle}, {"Found", kFound}, {"Band: points", kBand}, {"Points", kPoints, true}},
          out);
}

void add_item(const rules::Explanation& explanation, const rules::ExplainedItem& item, std::string& out) {
  std::vector<Line> lines;
  add_lines(item, explanation.assessment.at, lines);
  // The title goes on beside the lines of what was found.
  std::vector<std::string> title = rules::wrapped(item.score.item->title, kTitle - 1);
  std::vector<Line> parts;
  for (const Line& line : lines) {
    const std::vector<std::string> found = rules::wrapped(line.found, kFound - 1);
    const std::vector<std::string> band = rules::wrapped(line.band, kBand - 1);
    for (std::size_t i = 0; i < std::max(found.size(), band.size()); ++i) {
      parts.push_back({i < found.size() ? found[i] : "", i < band.size() ? band[i] : ""});
    }
  }
  title.resize(std::max({title.size(), parts.size(), std::size_t{1}}));
  parts.resize(title.size());
  for (std::size_t i = 0; i < title.size(); ++i) {
    add_row({{"", kIndent},
             {title[i], kTitle},
             {parts[i].found, kFound},
             {parts[i].band, kBand},
             {i == 0 ? range_text(item.score.min, item.score.max) : "", kPoints, true}},
            out);
  }
}

}  // namespace coagwatch::daemon
