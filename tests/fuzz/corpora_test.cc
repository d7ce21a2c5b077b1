// What the tests of this folder are fed with (corpora.h), and that it is there.

#include "tests/fuzz/corpora.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/input.h"
#include "tests/fuzz/targets.h"

namespace coagwatch::fuzz {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string name_of(const fs::path& path) { return fs::relative(path, SOURCE_DIRECTORY).string(); }

void add_lines(const fs::path& path, std::vector<Sample>& out) {
  std::ifstream file(path);
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    out.push_back({name_of(path) + ":" + std::to_string(++number), std::move(line)});
  }
}

/// Files in their order, so that every run is the same.
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

void add_records(const fs::path& folder, std::vector<Sample>& out) {
  for (const fs::path& path : files_in(folder)) {
    if (path.extension() == ".ndjson") add_lines(path, out);
    if (path.extension() == ".json") out.push_back({name_of(path), text_of(path)});
  }
}

}  // namespace

std::vector<Sample> inputs_of(std::string_view target) {
  constexpr std::string_view kShownPartEnd = "\xE2\x90\x9E";
  const fs::path here = fs::path(SOURCE_DIRECTORY) / "tests" / "fuzz";
  std::vector<Sample> inputs;
  add_lines(here / "seeds" / target, inputs);
  for (Sample& seed : inputs) {
    for (std::size_t at = 0; (at = seed.bytes.find(kShownPartEnd)) != std::string::npos;) {
      seed.bytes.replace(at, kShownPartEnd.size(), 1, kPartEnd);
    }
  }
  for (const fs::path& path : files_in(here / "corpus" / target)) inputs.push_back({name_of(path), text_of(path)});
  return inputs;
}

std::vector<Sample> real_records() {
  const fs::path root = SOURCE_DIRECTORY;
  std::vector<Sample> records;
  for (const char* folder : {"deploy/sample", "fhir/testdata", "fhir/maps", "fhir/profiles", "tests/corpora"}) {
    add_records(root / folder, records);
  }
  for (const Target& target : targets()) {
    if (!target.json) continue;
    for (Sample& input : inputs_of(target.name)) {
      for (const std::string_view part : parts_of(input.bytes)) records.push_back({input.name, std::string(part)});
    }
  }
  return records;
}

namespace {

TEST(Corpora, AreThere) {
  EXPECT_GT(real_records().size(), 5'724U);
  for (const Target& target : targets()) EXPECT_GE(inputs_of(target.name).size(), 3U) << target.name;
}

}  // namespace
}  // namespace coagwatch::fuzz
