#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "daemon/cli/program_fixture.h"
#include "rules/criterion/keys.h"
#include "rules/criterion/yaml.h"

// Runs rules/criteria/LANGUAGE.md: blocks ```yaml FILE are files of a hospital's directory, and of each line `$ …` in a
// block ```console what follows it is what the command prints.

namespace coagwatch::daemon {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

class CriterionLanguage : public ProgramTest {
 protected:
  /// What a shell in the hospital's directory prints.
  [[nodiscard]] std::string shell(const std::string& command) const {
    const std::string programs = std::filesystem::path(TEST_PROGRAM).parent_path().string();
    const std::string line = "cd '" + directory_.path() + "' && PATH='" + programs + "':$PATH && " + command;
    std::FILE* const pipe = popen(line.c_str(), "r");
    std::string out;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
    pclose(pipe);
    return out;
  }

  /// The page with what its commands print now.
  std::string as_run(const std::string& page) {
    std::filesystem::create_directory(directory_.path() + "/criteria");
    std::istringstream lines(page);
    std::string out;
    std::string block;  // what begins the block that the line is in
    std::string text;
    for (std::string line; std::getline(lines, line);) {
      const bool fence = line.starts_with("```");
      if (fence && block.empty()) {
        block = line;
        text.clear();
      } else if (fence) {
        if (block.starts_with("```yaml ")) directory_.write(block.substr(8), text);
        block.clear();
      } else if (!block.empty()) {
        text += line + "\n";
      }
      const bool in_console = block == "```console" && !fence;
      if (!in_console || line.starts_with("$ ")) out += line + "\n";
      if (in_console && line.starts_with("$ ")) out += shell(line.substr(2));
    }
    return out;
  }
};

const std::filesystem::path kPage = std::filesystem::path(__FILE__).parent_path() / "../../rules/criteria/LANGUAGE.md";

TEST_F(CriterionLanguage, PageDoesWhatItSays) {
  const std::string page = text_of(kPage);
  const std::string run = as_run(page);
  if (std::getenv("COAGWATCH_TEST_UPDATE") != nullptr) {
    std::ofstream(kPage) << run;
    return;
  }
  std::istringstream expected(page);
  std::istringstream actual(run);
  std::string line;
  for (std::string got; std::getline(actual, got);) {
    std::getline(expected, line);
    ASSERT_EQ(line, got) << "run this test with COAGWATCH_TEST_UPDATE=1 to rewrite what LANGUAGE.md shows";
  }
  EXPECT_EQ(page, run);
}

TEST_F(CriterionLanguage, AnOverriddenCutOffIsTheOnlyDifference) {
  as_run(text_of(kPage));
  std::vector<rules::Problem> problems;
  const auto own = rules::parse_yaml(shell("coagwatch criteria isth-2001 -c coagwatch.yaml --json"), "own", problems);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->find("file")->scalar, "criteria/isth-2001.yaml");
  const rules::YamlNode& bands = *own->find("items")->items[0].find("sources")->items[0].find("bands");
  EXPECT_EQ(bands.items[0].find("lt")->scalar, "60");
  EXPECT_EQ(bands.items[1].find("ge")->scalar, "60");
  std::string all = shell("coagwatch criteria -c coagwatch.yaml");
  EXPECT_NE(all.find("\nward-screen          1.0.0               Ward screen\n"), std::string::npos) << all;
  EXPECT_EQ(shell("coagwatch criteria isth-2001 --yaml | diff - criteria/isth-2001.yaml | grep -c '^[<>]'"), "6\n");
}

TEST_F(CriterionLanguage, NamesEveryKey) {
  const std::string page = text_of(kPage);
  for (std::size_t i = 0; i < rules::kCriterionMapCount; ++i) {
    const rules::FileMap& map = rules::criterion_map(static_cast<rules::CriterionMap>(i));
    for (const rules::FileKey& key : map.keys) {
      const std::string name(key.name);
      const bool named =
          page.find("`" + name + "`") != std::string::npos || page.find("`" + name + ":") != std::string::npos ||
          page.find("{" + name + ":") != std::string::npos || page.find(", " + name + ":") != std::string::npos;
      EXPECT_TRUE(named) << map.name << " " << name;
    }
  }
}

}  // namespace
}  // namespace coagwatch::daemon
