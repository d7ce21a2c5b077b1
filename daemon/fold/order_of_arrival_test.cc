// Whatever the order in which the records of a patient arrive, the same results are in force at the end.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <random>

#include "daemon/fold/fold_fixture.h"
#include "daemon/fold/partition_fold.h"
#include "daemon/fold/state_codec.h"
#include "fhir/datetime.h"
#include "fhir/writers.h"
#include "rules/scoring/deciding.h"

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kPatients = 24;
constexpr std::size_t kOrders = 20;
constexpr std::string_view kTwin = "-twin";

/// Real results of some patients, by patient (deploy/sample, MIT).
std::map<std::string, std::vector<std::string>> real_results() {
  std::ifstream file(std::string(TEST_SAMPLE));
  EXPECT_TRUE(file) << TEST_SAMPLE;
  std::map<std::string, std::vector<std::string>> all;
  for (std::string line; std::getline(file, line);) {
    const std::size_t at = line.find("\"Patient/");
    const std::string patient = line.substr(at + 1, line.find('"', at + 1) - at - 1);
    if (all.contains(patient) || all.size() < kPatients) all[patient].push_back(line);
  }
  return all;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

std::string with_version(const std::string& text, int version) {
  return replaced(text, R"("resourceType": "Observation",)",
                  R"("resourceType": "Observation","meta":{"versionId":")" + std::to_string(version) + R"("},)");
}

/// All of one zone and form, so that texts compare as times do.
std::string collected(const std::string& result) {
  const std::size_t at = result.find(R"("effectiveDateTime")");
  return result.substr(at, result.find(',', at) - at);
}

std::string with_identifier(const std::string& text, const std::string& value) {
  return replaced(text, R"("resourceType": "Observation",)",
                  R"("resourceType": "Observation","identifier":[{"system":"urn:lab","value":")" + value + R"("}],)");
}

/// Versions of a result that some of them know by an identifier alone.
void add_mixed(const std::string& result, const std::string& id, std::size_t kind, std::vector<std::string>& all) {
  const std::string known = with_identifier(result, id);
  const auto without_id = [&](const std::string& text) { return replaced(text, R"("id": ")" + id + R"(", )", ""); };
  const auto in_error = [](const std::string& text) { return replaced(text, R"("final")", R"("entered-in-error")"); };
  const auto corrected = [](const std::string& text) { return replaced(text, R"("value":)", R"("value":1)"); };
  all.pop_back();
  switch (kind) {
    case 0:
      all.push_back(known);
      all.push_back(in_error(without_id(known)));
      break;
    case 1:
      all.push_back(without_id(known));
      all.push_back(in_error(replaced(known, id, id + "-zz")));
      break;
    case 2:
      all.push_back(without_id(with_version(known, 1)));
      all.push_back(corrected(with_version(known, 2)));
      all.push_back(in_error(with_version(known, 3)));
      break;
    default:
      all.push_back(without_id(with_version(known, 1)));
      all.push_back(corrected(with_version(known, 2)));
      break;
  }
}

/// The results, and later versions of some: corrected, taken back, without value, of another unit, deleted, given anew
/// under another id, about somebody else, with an id and without. The newest stay as they are: what a newest result
/// that is taken back later had moved out of the window does not come back.
std::vector<std::string> with_history(const std::vector<std::string>& results, std::mt19937& random) {
  std::vector<std::string> all;
  const std::string newest = std::ranges::max(results, {}, collected);
  for (const std::string& result : results) {
    all.push_back(with_version(result, 1));
    if (collected(result) == collected(newest)) continue;
    const std::size_t id_at = result.find(R"("id": ")") + 7;
    const std::string id = result.substr(id_at, result.find('"', id_at) - id_at);
    switch (random() % 15) {
      case 0:
        all.push_back(replaced(with_version(result, 2), R"("value":)", R"("value":1)"));
        all.push_back(replaced(with_version(result, 3), R"("value":)", R"("value":2)"));
        break;
      case 1:
        all.push_back(replaced(with_version(result, 2), R"("final")", R"("entered-in-error")"));
        break;
      case 2:
        all.push_back(replaced(with_version(result, 2), R"("valueQuantity")", R"("_valueQuantity")"));
        break;
      case 3:
        all.push_back(replaced(with_version(result, 2), R"("unit":")", R"("unit":"furlong","_":")"));
        all.push_back(with_version(result, 3));
        break;
      case 4:
        all.push_back(replaced(with_version(result, 1), id, id + std::string(kTwin)));
        break;
      case 5:
        all.push_back(replaced(replaced(with_version(result, 1), id, id + "-new"), R"("status")",
                               R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/observation-replaces",)"
                               R"("valueReference":{"reference":"Observation/)" +
                                   id + R"("}}],"status")"));
        break;
      case 6:
        all.push_back(
            replaced(with_version(result, 2), R"("status")", R"("focus":[{"reference":"Patient/donor"}],"status")"));
        break;
      case 7:
      case 8:
      case 9:
      case 10:
        add_mixed(result, id, random() % 4, all);
        break;
      default:
        break;
    }
  }
  return all;
}

/// The patient's state after the records in that order.
rules::PatientState state_after(const FoldSettings& settings, const std::vector<std::string>& records) {
  PartitionFold fold(settings);
  RecordingSink sink;
  std::int64_t offset = 0;
  for (const std::string& text : records) {
    InputRecord record;
    record.offset = offset++;
    record.value = text;
    fold.apply(record, sink);
  }
  fold.flush(sink);
  EXPECT_EQ(sink.states.size(), 1U);
  rules::PatientState state;
  EXPECT_EQ(decode_state(*sink.states.begin()->second.value, state), std::nullopt);
  return state;
}

/// What is in force after the records in that order: results without their arrival, and the assessment.
std::string outcome(const FoldSettings& settings, const std::vector<std::string>& records) {
  const rules::PatientState state = state_after(settings, records);
  std::vector<std::string> lines;
  for (const rules::StoredResult& stored : state.results) {
    const rules::LabResult& lab = stored.lab;
    lines.push_back(std::string(state.view(stored.identity)) + " " + std::to_string(static_cast<int>(lab.measure)) +
                    " " + lab.value.low.to_string() + " " + std::to_string(lab.at.micros) + " v" +
                    std::to_string(stored.version.number.value_or(0)));
  }
  std::ranges::sort(lines);
  fhir::WriteContext context;
  rules::Assessment assessment;
  std::string text;
  rules::assess(*settings.rules, state, state.at, assessment);
  rules::list_deciding(assessment);
  fhir::write_assessment(context, *settings.rules, assessment, text);
  // Of two that say the same the one that came later is named.
  for (std::size_t at = text.find(kTwin); at != std::string::npos; at = text.find(kTwin)) text.erase(at, kTwin.size());
  for (const std::string& line : lines) text.append("\n").append(line);
  return text;
}

TEST(OrderOfArrival, DoesNotMatter) {
  FoldSettings settings = test_fold_settings();
  settings.time_source = FoldSettings::TimeSource::event;
  std::mt19937 random(20261121);
  std::size_t records = 0;
  for (const auto& [patient, results] : real_results()) {
    std::vector<std::string> feed = with_history(results, random);
    records += feed.size();
    const std::string expected = outcome(settings, feed);
    for (std::size_t i = 0; i < kOrders; ++i) {
      std::ranges::shuffle(feed, random);
      ASSERT_EQ(outcome(settings, feed), expected) << "patient " << patient << ", order " << i;
    }
  }
  EXPECT_GT(records, 1'000U);
}

rules::Timestamp time_of(const std::string& result) {
  const std::string text = collected(result);
  const std::size_t at = text.find("\"", text.find(':')) + 1;
  const auto parsed = fhir::parse_datetime(text.substr(at, text.rfind('"') - at), {});
  EXPECT_TRUE(parsed) << text;
  return parsed ? parsed->time : rules::Timestamp::none();
}

/// What a status shows of the episodes, but their numbers and those that were taken back.
std::vector<std::string> episodes_after(const FoldSettings& settings, const std::vector<std::string>& records,
                                        bool with_retro_credit) {
  std::vector<std::string> lines;
  for (const rules::Episode& episode : state_after(settings, records).episodes) {
    if (episode.state == rules::EpisodeState::retracted || episode.state == rules::EpisodeState::none) continue;
    lines.push_back(episode.criterion + " " + std::to_string(static_cast<int>(episode.state)) + " " +
                    std::to_string(episode.onset.micros) + " " + std::to_string(episode.since.micros) + " " +
                    (with_retro_credit ? std::to_string(episode.retro_since.micros) : "") + " " +
                    std::to_string(episode.peak));
  }
  std::ranges::sort(lines);
  return lines;
}

/// Over the last hours of real courses.
void check_episodes(rules::Duration last_hours, bool with_retro_credit) {
  FoldSettings settings = test_fold_settings();
  settings.time_source = FoldSettings::TimeSource::event;
  std::mt19937 random(20261122);
  std::size_t orders = 0;
  std::size_t episodes = 0;
  for (const auto& [patient, results] : real_results()) {
    const rules::Timestamp newest = time_of(std::ranges::max(results, {}, time_of));
    std::vector<std::string> last;
    for (const std::string& result : results) {
      if (newest - time_of(result) <= last_hours) last.push_back(result);
    }
    std::vector<std::string> feed = with_history(last, random);
    const std::vector<std::string> expected = episodes_after(settings, feed, with_retro_credit);
    episodes += expected.size();
    for (std::size_t i = 0; i < kOrders; ++i, ++orders) {
      std::ranges::shuffle(feed, random);
      ASSERT_EQ(episodes_after(settings, feed, with_retro_credit), expected)
          << "patient " << patient << ", order " << i;
    }
  }
  EXPECT_GE(orders, 200U);
  EXPECT_GE(episodes, 10U);
}

// What is older than 96 h is frozen, retro-credit earlier: it looks back further.
TEST(OrderOfArrival, DoesNotMatterToTheEpisodes) { check_episodes(rules::Duration::hours(94), false); }

TEST(OrderOfArrival, DoesNotMatterToRetroCredit) { check_episodes(rules::Duration::hours(70), true); }

}  // namespace
}  // namespace coagwatch::daemon
