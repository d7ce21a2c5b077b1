#include "daemon/report/collector.h"

#include <gmock/gmock.h>

#include <array>

#include "rules/scoring/deciding.h"

namespace coagwatch::daemon {
namespace {

using rules::AlertKind;
using rules::Priority;
using testing::ElementsAre;
using testing::Pair;

rules::EpisodeEvent event(std::size_t criterion, AlertKind kind, Priority priority) {
  rules::EpisodeEvent made;
  made.score = criterion;
  made.kind = kind;
  made.priority = priority;
  return made;
}

class Collector : public testing::Test {
 protected:
  Collector() : collector_(rules_with("isth-2001", "sic"), rules::Duration::hours(168)) {
    rules::Assessment nothing;
    rules::list_deciding(nothing);
    collector_.assessment(context_, nothing);
  }
  const rules::RuleSet& rules_with(const char* first, const char* second) {
    rules_.criteria.resize(2);
    rules_.criteria[0].id = first;
    rules_.criteria[1].id = second;
    context_.patient = "Patient/17";
    return rules_;
  }
  /// One record; its headers are those of the leading change, as loud as the loudest.
  void record(std::vector<rules::EpisodeEvent> events, std::string_view kind, std::string_view priority) {
    rules::AlertPlan plan;
    plan.events = std::move(events);
    collector_.decided(context_, rules_, plan);
    const std::array<std::pair<std::string_view, std::string_view>, 3> headers = {{
        {"coagwatch-alert", kind},
        {"coagwatch-criterion", "isth-2001,sic"},
        {"coagwatch-priority", priority},
    }};
    collector_.alert({"Patient/17", "{}", headers});
  }

  rules::RuleSet rules_;
  fhir::WriteContext context_;
  ReportCollector collector_;
};

TEST_F(Collector, CountsEachChangeByItsOwnKindAndPriority) {
  record({event(0, AlertKind::onset, Priority::interruptive), event(1, AlertKind::onset, Priority::passive)}, "onset",
         "interruptive");
  record({event(0, AlertKind::worsening, Priority::task), event(1, AlertKind::onset, Priority::passive)}, "worsening",
         "task");
  const Findings& findings = collector_.findings();
  EXPECT_THAT(findings.alerts, ElementsAre(Pair("interruptive", 1), Pair("task", 1))) << "records";
  EXPECT_THAT(findings.changes_by_kind,
              ElementsAre(Pair("onset", ElementsAre(Pair("interruptive", 1), Pair("passive", 2))),
                          Pair("worsening", ElementsAre(Pair("task", 1)))));
  EXPECT_THAT(findings.changes_by_criterion,
              ElementsAre(Pair(Pair("onset", "isth-2001"), ElementsAre(Pair("interruptive", 1))),
                          Pair(Pair("onset", "sic"), ElementsAre(Pair("passive", 2))),
                          Pair(Pair("worsening", "isth-2001"), ElementsAre(Pair("task", 1)))));
}

TEST_F(Collector, SaysWhatEachChangeOfARecordIs) {
  record({event(0, AlertKind::retraction, Priority::task), event(1, AlertKind::retraction, Priority::task)},
         "retraction", "task");
  record({event(0, AlertKind::retraction, Priority::task), event(1, AlertKind::amendment, Priority::passive)},
         "retraction", "task");
  const PatientCourse& course = collector_.findings().patients.front();
  ASSERT_EQ(course.alerts.size(), 2);
  EXPECT_EQ(course.alerts[0].what, "retraction isth-2001, sic");
  EXPECT_EQ(course.alerts[1].what, "retraction isth-2001; amendment sic");
  EXPECT_EQ(course.criteria[1].alerts, 2);
}

}  // namespace
}  // namespace coagwatch::daemon
