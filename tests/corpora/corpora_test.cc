#include <gmock/gmock.h>

#include "daemon/cli/program_fixture.h"
#include "tests/corpora/comparison.h"
#include "tests/corpora/feeds.h"

namespace coagwatch::corpora {
namespace {

using testing::IsEmpty;

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string folder(const std::string& name) { return std::string(TEST_CORPORA) + "/" + name; }

class Corpora : public daemon::ProgramTest {
 protected:
  /// What the program makes of `feed`, against the reviewed file expected/`name`.tsv.
  void judge(const Feed& feed, const std::string& name) {
    const Outcome outcome = run({"replay", directory_.write("feed.ndjson", feed.ndjson), "--emit", "intake"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.err, IsEmpty());
    const std::vector<std::string> found = split_lines(outcome.out);
    for (const std::string& text : records_without_rows(feed.records, found)) ADD_FAILURE() << text;
    std::ifstream file(folder("expected/" + name + ".tsv"));
    const std::vector<ExpectedRow> expected = read_expected(file);
    EXPECT_GE(expected.size(), feed.records);
    EXPECT_EQ(expected.size(), found.size()) << "each result has one row";
    for (const std::string& text : differences(expected, found)) ADD_FAILURE() << text;
  }

  /// The same feed through everything behind intake: no alert, or those that are expected.
  void expect_alerts(const Feed& feed, std::size_t alerts) {
    const Outcome outcome = run({"replay", directory_.write("feed.ndjson", feed.ndjson)});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.err, IsEmpty());
    EXPECT_EQ(split_lines(outcome.out).size(), alerts);
  }
};

TEST_F(Corpora, FhirExamples) {
  const Feed feed = lines_of(folder("data/fhir-corpus/observations.ndjson"));
  EXPECT_EQ(feed.records, 810U);
  judge(feed, "fhir-corpus");
  expect_alerts(feed, 0);
}

TEST_F(Corpora, Bundles) {
  const Feed feed = files_of(folder("data/bundles"));
  EXPECT_EQ(feed.records, 36U);
  judge(feed, "bundles");
  expect_alerts(feed, 0);
}

TEST_F(Corpora, GermanLaboratory) {
  const Feed feed = files_of(folder("data/mii-labor"));
  EXPECT_EQ(feed.records, 4U);
  judge(feed, "mii-labor");
  expect_alerts(feed, 0);
}

TEST_F(Corpora, Tongji) {
  const Feed feed = lines_of(TEST_SAMPLE);
  EXPECT_EQ(feed.records, 5724U);
  judge(feed, "tongji");
}

TEST_F(Corpora, Primitives) {
  const Feed feed = primitives_of(folder("data/google-fhir-primitives"));
  EXPECT_EQ(feed.records, 170U);
  judge(feed, "google-fhir-primitives");
  expect_alerts(feed, 0);
}

}  // namespace
}  // namespace coagwatch::corpora
