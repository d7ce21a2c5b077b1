#include "daemon/report/cut_offs.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "daemon/config/rule_set_loader.h"

namespace coagwatch::daemon {
namespace {

using rules::Measure;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsEmpty;

/// Those of a criterion as it is built in; `site` has a PT control of 12 s and an upper limit of D-dimer of 0.5.
std::vector<double> lines(const std::string& id, Measure measure, bool with_site = true) {
  std::vector<rules::Problem> problems;
  Config config;
  const auto rules = load_rule_set(config, fhir::Terminology(), problems);
  EXPECT_TRUE(rules && problems.empty());
  rules::SiteProfile site;
  if (with_site) {
    site.pt_control_seconds = rules::Decimal::of(12);
    site.upper_limits[rules::index(Measure::d_dimer)] = rules::Decimal(5, -1);
  }
  const auto found = std::ranges::find(rules->criteria, id, &rules::Criterion::id);
  return cut_offs(*found, measure, site);
}

// rules/criteria/isth-2001.yaml and jaam.yaml
TEST(CutOffs, AreTheCriterionsOnTheScaleOfWhatIsMeasured) {
  EXPECT_THAT(lines("isth-2001", Measure::platelets), ElementsAre(50, 100));
  EXPECT_THAT(lines("isth-2001", Measure::fibrinogen), ElementsAre(1));
  EXPECT_THAT(lines("isth-2001", Measure::pt_seconds), ElementsAre(15, 18)) << "prolonged by 3 and 6 s";
  EXPECT_THAT(lines("jaam", Measure::platelets), ElementsAre(80, 120));
  EXPECT_THAT(lines("jaam", Measure::pt_seconds), ElementsAre(DoubleEq(14.4))) << "1.2 times the control";
  EXPECT_THAT(lines("jaam", Measure::fdp), ElementsAre(10, 25));
}

TEST(CutOffs, AreNoneWhereTheSiteDoesNotSayWhatTheyAreCountedFrom) {
  EXPECT_THAT(lines("isth-2001", Measure::pt_seconds, false), IsEmpty());
  EXPECT_THAT(lines("isth-2001", Measure::d_dimer, false), IsEmpty());
  EXPECT_THAT(lines("isth-2001", Measure::platelets, false), ElementsAre(50, 100));
}

}  // namespace
}  // namespace coagwatch::daemon
