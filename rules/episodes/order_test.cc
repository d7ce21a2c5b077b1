// After any sequence of corrections the published state equals the state had the final results arrived first, in the
// order of their collection (README.md). Numbers of episodes, and those that were taken back, aside.

#include <map>
#include <random>

#include "rules/episodes/episode_fixture.h"

namespace coagwatch::rules {
namespace {

/// What a status shows of the episodes. Retro-credit looks back further than they do, so that it freezes earlier.
enum class Shown : std::uint8_t { all, without_retro_credit };

Lines shown(const EpisodePatient& patient, Shown what = Shown::all) {
  Lines all;
  for (const Episode& episode : patient.patient.state.episodes) {
    if (episode.state == EpisodeState::retracted || episode.state == EpisodeState::none) continue;
    std::string line = episode.criterion + " " + std::to_string(static_cast<int>(episode.state));
    const Timestamp retro = what == Shown::all ? episode.retro_since : Timestamp::none();
    for (const Timestamp time : {episode.onset, episode.since, retro}) {
      line += time.known() ? " " + EpisodePatient::hour_text(time) : " -";
    }
    all.push_back(line + " " + std::to_string(episode.peak));
  }
  std::ranges::sort(all);
  return all;
}

/// What the Flags say, by their identity: criterion and first published onset. As the events told it, one after
/// another.
class Flags {
 public:
  void read(const EpisodePatient& patient) {
    for (const EpisodeEvent& event : patient.plan.events) {
      if (!event.episode) continue;
      const Episode& episode = patient.patient.state.episodes.at(*event.episode);
      active_[{episode.criterion, episode.first_onset}] = is_running(episode);
    }
  }
  /// Those that are active, and those that should be.
  [[nodiscard]] Lines active() const {
    Lines all;
    for (const auto& [identity, active] : active_) {
      if (active) all.push_back(identity.first + " " + EpisodePatient::hour_text(identity.second));
    }
    return all;
  }
  static Lines expected(const EpisodePatient& patient) {
    Lines all;
    for (const Episode& episode : patient.patient.state.episodes) {
      const bool published = (episode.marks & kEpisodePublished) != 0;
      if (!published || !is_running(episode)) continue;
      all.push_back(episode.criterion + " " + EpisodePatient::hour_text(episode.first_onset));
    }
    std::ranges::sort(all);
    return all;
  }

 private:
  std::map<std::pair<std::string, Timestamp>, bool> active_;
};

/// One result as it is in the end, and the versions before.
struct Given {
  std::string id;
  Measure measure = Measure::platelets;
  Timestamp at;
  std::vector<std::string> versions;  ///< the last one counts; "" takes it back
};

constexpr std::array kMeasures = {Measure::platelets, Measure::platelets,  Measure::fdp,  Measure::pt_seconds,
                                  Measure::inr,       Measure::fibrinogen, Measure::sirs, Measure::sofa_four};

class OrderTest : public ::testing::TestWithParam<unsigned> {
 protected:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  std::string value_of(Measure measure) {
    switch (measure) {
      case Measure::platelets:
        return std::to_string(15 + below(200));
      case Measure::fdp:
        return (below(8) == 0 ? "<" : "") + std::to_string(3 + below(40));
      case Measure::pt_seconds:
        return std::to_string(11 + below(10));
      case Measure::inr:
        return "1." + std::to_string(below(10));
      case Measure::fibrinogen:
        return std::to_string(below(3)) + "." + std::to_string(1 + below(9));
      default:
        return std::to_string(below(5));
    }
  }

  /// Panels every few hours, with a gap of up to `gap` hours now and then.
  std::vector<Given> course(int hours, int gap = 14) {
    std::vector<Given> all;
    for (int minute = 0; minute < hours * 60; minute += 60 * (1 + below(below(8) == 0 ? gap : 14))) {
      const int items = 1 + below(6);
      for (int i = 0; i < items; ++i) {
        Given given;
        given.measure = kMeasures.at(static_cast<std::size_t>(below(static_cast<int>(kMeasures.size()))));
        given.id = "Observation/" + std::to_string(all.size());
        given.at = hour(0, minute + (below(4) == 0 ? below(20) : 0));
        // Of two results of one time the arrival may decide.
        const bool taken = std::ranges::any_of(
            all, [&](const Given& other) { return other.measure == given.measure && other.at == given.at; });
        if (taken) continue;
        for (int v = below(4) == 0 ? 1 + below(3) : 1; v > 0; --v) given.versions.push_back(value_of(given.measure));
        if (below(12) == 0) given.versions.emplace_back();
        all.push_back(std::move(given));
      }
    }
    return all;
  }

  static void arm(EpisodePatient& patient) {
    patient.rules.criteria = {shipped_criterion("isth-2001"), shipped_criterion("jaam"), shipped_criterion("jmhw"),
                              shipped_criterion("sic")};
    patient.rules.site.pt_control_seconds = Decimal::of(12);
    patient.now = hour(100);
  }

  static Lines give(EpisodePatient& patient, const Given& given, std::size_t version) {
    const std::string& value = given.versions[version];
    if (value.empty()) return patient.retract(given.id);
    return patient.put(given.id, given.measure, value, given.at, numbered(version + 1));
  }

  std::mt19937 random_{GetParam()};
};

TEST_P(OrderTest, ThePublishedStateEqualsTheStateHadTheFinalResultsArrivedFirst) {
  for (int round = 0; round < 25; ++round) {
    // Over less than four days nothing is frozen, nor retro-credit over less than three.
    const bool short_course = below(2) == 0;
    const Shown what = short_course ? Shown::all : Shown::without_retro_credit;
    const std::vector<Given> all = course(short_course ? 71 : 95);
    const Timestamp fact_start = hour(below(70));
    const bool chart = below(2) == 0;
    EpisodePatient plain;
    arm(plain);
    const auto say = [&](EpisodePatient& patient) {
      if (chart) patient.say("Condition/1", {EpisodePatient::yes(Fact::sepsis, fact_start)});
      patient.say("Procedure/1", {EpisodePatient::yes(Fact::platelet_transfusion, hour(30), hour(31))});
      patient.say("Condition/2", {{Fact::child, Tristate::no, hour(-9'999), Timestamp::none()}});
    };
    say(plain);
    std::vector<const Given*> in_order;
    for (const Given& given : all) in_order.push_back(&given);
    std::ranges::stable_sort(in_order, {}, &Given::at);
    for (const Given* given : in_order) {
      if (!given->versions.back().empty()) give(plain, *given, given->versions.size() - 1);
    }

    EpisodePatient shuffled;
    arm(shuffled);
    std::vector<std::pair<const Given*, std::size_t>> events;
    for (const Given& given : all) {
      for (std::size_t v = 0; v < given.versions.size(); ++v) events.emplace_back(&given, v);
    }
    std::ranges::shuffle(events, random_);
    const std::size_t facts_after = static_cast<std::size_t>(below(static_cast<int>(events.size())));
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (i == facts_after) say(shuffled);
      give(shuffled, *events[i].first, events[i].second);
    }
    ASSERT_EQ(shown(shuffled, what), shown(plain, what)) << round;
    // And once more, as it is: nothing depends on how it came about.
    shuffled.say("Condition/3", {EpisodePatient::yes(Fact::meningitis, hour(-1))});
    ASSERT_EQ(shown(shuffled, what), shown(plain, what)) << round;
  }
}

TEST_P(OrderTest, AlsoOverWeeksWhereNothingComesMoreThanFourDaysLate) {
  for (int round = 0; round < 5; ++round) {
    const std::vector<Given> all = course(400, round % 2 == 0 ? 14 : 150);
    EpisodePatient plain;
    arm(plain);
    std::vector<const Given*> in_order;
    for (const Given& given : all) in_order.push_back(&given);
    std::ranges::stable_sort(in_order, {}, &Given::at);
    for (const Given* given : in_order) {
      if (!given->versions.back().empty()) give(plain, *given, given->versions.size() - 1);
    }
    EpisodePatient late;
    arm(late);
    std::vector<std::tuple<Timestamp, const Given*, std::size_t>> events;
    for (const Given& given : all) {
      Timestamp comes = given.at;
      for (std::size_t v = 0; v < given.versions.size(); ++v) {
        comes = comes + Duration::minutes(below(below(4) == 0 ? 96 * 60 / 4 : 60));
        events.emplace_back(comes, &given, v);
      }
    }
    std::ranges::sort(events);
    Flags flags;
    for (const auto& [comes, given, version] : events) {
      if (!give(late, *given, version).empty()) flags.read(late);
      Lines active = flags.active();
      std::ranges::sort(active);
      ASSERT_EQ(active, Flags::expected(late)) << round << ": the Flags say what holds";
    }
    ASSERT_EQ(shown(late, Shown::without_retro_credit), shown(plain, Shown::without_retro_credit)) << round;
    ASSERT_EQ(late.patient.state.folded_at, plain.patient.state.folded_at);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, OrderTest, ::testing::Range(1U, 17U));

}  // namespace
}  // namespace coagwatch::rules
