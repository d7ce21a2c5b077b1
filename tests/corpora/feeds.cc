#include "tests/corpora/feeds.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace coagwatch::corpora {
namespace {

std::ifstream open(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return file;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// An Observation of platelets without the members of `taken_out`, and with `put_in`.
std::string observation(const std::string& number, const std::string& taken_out, const std::string& put_in) {
  const std::vector<std::pair<std::string, std::string>> members = {
      {"id", "\"v" + number + "\""},
      {"status", R"("final")"},
      {"code", R"({"coding":[{"system":"http://loinc.org","code":"777-3"}]})"},
      {"subject", R"({"reference":"Patient/v)" + number + "\"}"},
      {"effectiveDateTime", R"("2026-01-02T08:00:00Z")"},
      {"valueQuantity", R"({"value":150,"system":"http://unitsofmeasure.org","code":"10*9/L"})"}};
  std::string json = R"({"resourceType":"Observation")";
  for (const auto& [name, value] : members) {
    if ((" " + taken_out + " ").find(" " + name + " ") != std::string::npos) continue;
    json.append(",\"").append(name).append("\":").append(value);
  }
  return json + "," + put_in + "}";
}

}  // namespace

void Feed::add(const std::string& record) {
  ndjson.append(record).push_back('\n');
  ++records;
}

Feed lines_of(const std::filesystem::path& file) {
  Feed feed;
  std::ifstream in = open(file);
  for (std::string line; std::getline(in, line);) feed.add(line);
  return feed;
}

Feed files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  Feed feed;
  for (const std::filesystem::path& file : files) {
    std::ostringstream text;
    text << open(file).rdbuf();
    feed.add(replaced(replaced(text.str(), "\r", ""), "\n", ""));
  }
  return feed;
}

Feed primitives_of(const std::filesystem::path& folder) {
  Feed feed;
  std::ifstream members = open(folder / "members.tsv");
  for (std::string row; std::getline(members, row);) {
    if (row.starts_with('#')) continue;
    std::istringstream columns(row);
    std::string type;
    std::string taken_out;
    std::string put_in;
    std::getline(columns, type, '\t');
    std::getline(columns, taken_out, '\t');
    std::getline(columns, put_in, '\t');
    for (const char* kind : {".valid.ndjson", ".invalid.ndjson"}) {
      std::ifstream values = open(folder / (type + kind));
      for (std::string value; std::getline(values, value);) {
        feed.add(observation(std::to_string(feed.records + 1), taken_out, replaced(put_in, "@", value)));
      }
    }
  }
  return feed;
}

}  // namespace coagwatch::corpora
