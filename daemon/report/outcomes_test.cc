#include "daemon/report/outcomes.h"

#include <gmock/gmock.h>

#include "daemon/report/csv_reader.h"
#include "fhir/datetime.h"

namespace coagwatch::daemon {
namespace {

using testing::ElementsAre;

std::string wrong(std::string_view text) {
  Outcomes outcomes;
  return outcomes.read(text, fhir::TimeZone()).value_or("nothing");
}

TEST(Csv, IsRfc4180) {
  std::vector<CsvRow> rows;
  EXPECT_EQ(read_csv("\xEF\xBB\xBF"
                     "a,b\r\n\"x, \"\"y\"\"\nz\",\n\n1,2",
                     rows),
            std::nullopt);
  ASSERT_EQ(rows.size(), 3);
  EXPECT_THAT(rows[0].fields, ElementsAre("a", "b"));
  EXPECT_THAT(rows[1].fields, ElementsAre("x, \"y\"\nz", ""));
  EXPECT_THAT(rows[2].fields, ElementsAre("1", "2"));
  EXPECT_EQ(rows[2].line, 5);
  EXPECT_EQ(read_csv("", rows), std::nullopt);
  EXPECT_EQ(read_csv("a,", rows), std::nullopt);
  ASSERT_EQ(rows.size(), 1);
  EXPECT_THAT(rows[0].fields, ElementsAre("a", ""));
}

TEST(Csv, SaysWhatIsWrongWithoutContent) {
  std::vector<CsvRow> rows;
  EXPECT_EQ(read_csv("a,b\n1\n", rows), "line 2: another number of fields than in the header");
  EXPECT_EQ(read_csv("a,b\n1,2,3\n", rows), "line 2: another number of fields than in the header");
  EXPECT_EQ(read_csv("a\n\"b\n", rows), "line 2: a quoted field does not end");
  EXPECT_EQ(read_csv("a\n\"b\"c\n", rows), "line 2: something follows a quoted field");
  EXPECT_EQ(read_csv("a\nb\"c\n", rows), "line 2: a quote inside a field without quotes");
  EXPECT_EQ(read_csv("a,b\n1,2\nM\xFCller,2\n", rows), "line 3: it is not UTF-8");
  EXPECT_EQ(read_csv("a,b\n\"x\ny\xC3\",2\n", rows), "line 3: it is not UTF-8") << "half of a character";
  EXPECT_EQ(read_csv("a,b\nM\xC3\xBCller,2\n", rows), std::nullopt);
}

TEST(Outcomes, NamePatientsWithOrWithoutType) {
  Outcomes outcomes;
  ASSERT_EQ(outcomes.read("patient,label,died\n17,yes,2026-01-02T08:00:00+01:00\nPatient/18,0,\n", fhir::TimeZone()),
            std::nullopt);
  EXPECT_EQ(outcomes.size(), 2);
  EXPECT_TRUE(outcomes.has_times());
  ASSERT_NE(outcomes.find("Patient/17"), nullptr);
  EXPECT_TRUE(outcomes.find("Patient/17")->yes);
  EXPECT_EQ(fhir::format_instant(outcomes.find("Patient/17")->at), "2026-01-02T07:00:00Z");
  ASSERT_NE(outcomes.find("Patient/18"), nullptr);
  EXPECT_FALSE(outcomes.find("Patient/18")->yes);
  EXPECT_FALSE(outcomes.find("Patient/18")->at.known());
  EXPECT_EQ(outcomes.find("18"), nullptr) << "the key is the feed's";
  EXPECT_EQ(outcomes.find("Patient/1"), nullptr);
}

TEST(Outcomes, AreNeverGuessed) {
  EXPECT_EQ(wrong(""), "line 1: expected the header patient,label");
  EXPECT_EQ(wrong("17,yes\n"), "line 1: expected the header patient,label, or patient,label and a third column");
  EXPECT_EQ(wrong("patient,label\n17,maybe\n"), "line 2: label: expected 1, 0, yes or no");
  EXPECT_EQ(wrong("patient,label\n,1\n"), "line 2: patient is empty");
  EXPECT_EQ(wrong("patient,label\n17,1\n1\xFF,1\n"), "line 3: it is not UTF-8");
  EXPECT_EQ(wrong("patient,label\n17,1\n17,1\n"), "line 3: the patient stands there twice");
  EXPECT_EQ(wrong("patient,label\n17,1\nPatient/17,1\n"), "line 3: the patient stands there twice");
  EXPECT_EQ(wrong("patient,label\nPatient/17,1\n17,0\n"), "line 3: the patient stands there twice");
  EXPECT_EQ(wrong("patient,label,at\n17,1,2026\n"), "line 2: at: expected a date or a dateTime");
}

}  // namespace
}  // namespace coagwatch::daemon
