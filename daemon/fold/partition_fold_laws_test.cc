// What must hold of a fold whatever the records: transactions, aborts and restores change nothing.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>

#include "daemon/fold/fold_fixture.h"
#include "daemon/fold/partition_fold.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {
namespace {

using fhir::ObservationJson;

constexpr std::size_t kRecords = 2'000;
constexpr std::uint32_t kPatients = 12;

struct Raw {
  std::string key;
  std::optional<std::string> value;
  std::uint32_t minute = 0;  ///< of the feed's clock
};

/// Records of patients who get worse and better, with all that makes a state: corrections, retractions, repeats,
/// twins under another id, versions out of order, results that change their patient, patients who are others, results
/// without use, garbage.
class Feed {
 public:
  explicit Feed(std::uint32_t seed) : engine_(seed) {}

  std::vector<Raw> records() {
    std::vector<Raw> made;
    while (made.size() < kRecords) {
      Raw raw = next(made);
      raw.minute = clock();
      made.push_back(std::move(raw));
    }
    return made;
  }

 private:
  std::uint32_t random(std::uint32_t below) { return static_cast<std::uint32_t>(engine_()) % below; }

  ObservationJson result(std::uint32_t patient) {
    struct Measured {
      const char* loinc;
      const char* unit;
      std::uint32_t well;
      std::uint32_t sick;
    };
    static constexpr Measured kPanel[] = {
        {"777-3", "10*9/L", 220, 30}, {"5902-2", "s", 12, 21}, {"30226-5", "ug/mL", 3, 60}, {"3255-7", "g/L", 4, 1}};
    minutes_[patient] += random(360);
    if (random(12) == 0) severity_[patient] = random(5);
    const Measured& test = kPanel[random(4)];
    const std::uint32_t value = (test.well * (4 - severity_[patient]) + test.sick * severity_[patient]) / 4 + random(2);
    const std::uint32_t at = minutes_[patient] - std::min(minutes_[patient], random(200));
    const std::string id = std::to_string(ids_++);
    ObservationJson made;
    if (random(3) == 0) made.set("identifier", R"([{"system":"urn:lab","value":")" + id + "\"}]");
    return made.set("id", "\"o" + id + "\"")
        .set("subject", R"({"reference":")" + key(patient) + "\"}")
        .set("effectiveDateTime", time_text(at))
        .set("meta", R"({"versionId":")" + std::to_string(1 + random(3)) + "\"}")
        .loinc(test.loinc)
        .quantity(std::to_string(value), test.unit);
  }

  /// A condition that is confirmed, refuted, taken back, in versions out of order; now and then a birth date.
  std::string context(std::uint32_t patient) {
    if (random(3) == 0 && patient < kPatients / 2) return links(patient);
    if (random(6) == 0) {
      return R"({"resourceType":"Patient","id":")" + std::to_string(patient) + R"(","birthDate":")" +
             std::to_string(1950 + random(80)) + R"(-01-10"})";
    }
    static constexpr const char* kCodes[] = {"A41.9", "C95.9", "D61.9", "K74.6", "Z33", "I10"};
    static constexpr const char* kStatuses[] = {"confirmed", "confirmed", "refuted", "provisional", "entered-in-error"};
    return R"({"resourceType":"Condition","id":"c)" + std::to_string(random(4)) + R"(","meta":{"versionId":")" +
           std::to_string(1 + random(4)) + R"("},"subject":{"reference":")" + key(patient) +
           R"("},"onsetDateTime":"2026-01-0)" + std::to_string(1 + random(4)) +
           R"(","verificationStatus":{"coding":[{"code":")" + kStatuses[random(5)] +
           R"("}]},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":")" + kCodes[random(6)] +
           R"("}]}})";
  }

  /// An even patient is the next one, or he is not.
  std::string links(std::uint32_t patient) {
    const std::uint32_t replaced = patient & ~1U;
    const std::string other = key(patient == replaced ? replaced + 1 : replaced);
    const std::string link = R"({"other":{"reference":")" + other + R"("},"type":")" +
                             (patient == replaced ? "replaced-by" : "replaces") + "\"}";
    return R"({"resourceType":"Patient","id":")" + std::to_string(patient) + R"(","meta":{"versionId":")" +
           std::to_string(++versions_[patient]) + R"("},"link":[)" + (random(2) == 0 ? link : "") + "]}";
  }

  Raw next(const std::vector<Raw>& made) {
    const std::uint32_t patient = random(kPatients);
    const std::uint32_t dice = random(100);
    if (dice < 3) return {key(patient), "not JSON", 0};
    if (dice < 4) return {key(patient), std::nullopt, 0};
    if (dice < 8 && !made.empty()) return made[made.size() - 1 - random(static_cast<std::uint32_t>(made.size()))];
    if (dice >= 94) return {key(patient), context(patient), 0};
    auto& known = sent_[patient];
    if (dice < 40 && !known.empty()) {
      ObservationJson again =
          known[known.size() - 1 - random(static_cast<std::uint32_t>(std::min<std::size_t>(known.size(), 6)))];
      change(dice, again);
      if (dice >= 36) again.set("subject", R"({"reference":")" + key(random(kPatients)) + "\"}");
      return {key(patient), again.text(), 0};
    }
    known.push_back(result(patient));
    return {key(patient), known.back().text(), 0};
  }

  void change(std::uint32_t dice, ObservationJson& again) {
    const std::string version = R"({"versionId":")" + std::to_string(1 + random(4)) + "\"}";
    if (dice < 14) {
      again.set("id", "\"twin" + std::to_string(ids_++) + "\"");
    } else if (dice < 20) {
      again.set("meta", version).set("status", R"("entered-in-error")");
    } else if (dice < 24) {
      again.set("meta", version).set("status", R"("unknown")");
    } else if (dice < 28) {
      again.set("meta", version).remove("valueQuantity");
    } else if (dice < 32) {
      again.set("meta", version).quantity("1", "furlong");
    } else {
      again.set("meta", version).set("status", R"("corrected")").set("issued", time_text(clock()));
    }
  }

  [[nodiscard]] std::uint32_t clock() const {
    std::uint32_t latest = 0;
    for (const auto& [patient, minute] : minutes_) latest = std::max(latest, minute);
    return latest;
  }
  static std::string time_text(std::uint32_t minute) {
    char time[32];
    std::snprintf(time, sizeof time, "\"2026-01-%02uT%02u:%02u:00Z\"", 1 + minute / 1440 % 28, minute / 60 % 24,
                  minute % 60);
    return time;
  }

  static std::string key(std::uint32_t patient) { return "Patient/" + std::to_string(patient); }

  std::mt19937 engine_;
  std::map<std::uint32_t, std::uint32_t> minutes_;
  std::map<std::uint32_t, std::uint32_t> severity_;
  std::map<std::uint32_t, std::vector<ObservationJson>> sent_;
  std::map<std::uint32_t, int> versions_;
  std::uint32_t ids_ = 0;
};

/// Plays a feed into folds, as a worker would.
class Player {
 public:
  Player(std::uint32_t seed, FoldSettings::TimeSource time_source)
      : settings_(test_fold_settings()), feed_(Feed(seed).records()) {
    settings_.time_source = time_source;
    fold_ = std::make_unique<PartitionFold>(settings_);
  }

  void apply(std::size_t i, RecordingSink& sink) {
    InputRecord record;
    record.partition = 1;
    record.offset = static_cast<std::int64_t>(i) * 2;  // as with control records between them
    record.time =
        kNoon + rules::Duration::minutes(feed_[i].minute) + rules::Duration::millis(static_cast<std::int64_t>(i));
    record.key = feed_[i].key;
    if (feed_[i].value) record.value = *feed_[i].value;
    // A transaction may end between timers.
    while (!fold_->run_timers(record, batch_ % 3 + 1, sink)) {
      if (&sink == &sink_ && batch_ > 1) commit();
    }
    fold_->apply(record, sink);
  }
  void commit() {
    fold_->flush(sink_);
    fold_->commit();
    partition_record_.clear();
    encode_partition_record(fold_->record(), partition_record_);
  }
  void play(std::size_t from, std::size_t to, std::size_t batch) {
    batch_ = batch;
    for (std::size_t i = from; i < to; ++i) {
      apply(i, sink_);
      if ((i - from + 1) % batch == 0) commit();
    }
    commit();
  }
  /// What another worker would make of the changelog.
  void restart() {
    fold_ = std::make_unique<PartitionFold>(settings_);
    for (const auto& [key, record] : sink_.states) {
      ASSERT_EQ(fold_->restore(key, std::string_view(*record.value)), std::nullopt);
    }
    if (partition_record_.empty()) return;
    ASSERT_EQ(fold_->restore(kPartitionRecordKey, std::string_view(partition_record_)), std::nullopt);
  }

  PartitionFold& fold() { return *fold_; }
  RecordingSink& sink() { return sink_; }
  [[nodiscard]] const std::string& partition_record() const { return partition_record_; }

 private:
  FoldSettings settings_;
  std::vector<Raw> feed_;
  std::unique_ptr<PartitionFold> fold_;
  RecordingSink sink_;
  std::string partition_record_;
  std::size_t batch_ = 1;
};

using Case = std::pair<std::uint32_t, FoldSettings::TimeSource>;

class PartitionFoldLaws : public testing::TestWithParam<Case> {
 protected:
  static Player player() { return {GetParam().first, GetParam().second}; }

  void SetUp() override { undisturbed_.play(0, kRecords, 1); }

  void expect_same(Player& other) {
    EXPECT_EQ(other.sink().alerts, undisturbed_.sink().alerts);
    EXPECT_EQ(other.sink().dead_letters, undisturbed_.sink().dead_letters);
    EXPECT_EQ(other.sink().items, undisturbed_.sink().items);
    EXPECT_EQ(other.sink().states, undisturbed_.sink().states);
    EXPECT_EQ(other.partition_record(), undisturbed_.partition_record());
    EXPECT_EQ(other.sink().statuses, undisturbed_.sink().statuses);
    EXPECT_TRUE(is_subsequence(other.sink().all_statuses, undisturbed_.sink().all_statuses));
  }
  /// Of each patient; patients may come in another order, that of their first touch in a transaction.
  static bool is_subsequence(const std::vector<Published>& some, const std::vector<Published>& all) {
    std::map<std::string, std::size_t> at;
    return std::ranges::all_of(some, [&](const Published& one) {
      std::size_t& i = at[*one.key];
      while (i < all.size() && all[i] != one) ++i;
      return i++ < all.size();
    });
  }

  Player undisturbed_ = player();
};

TEST_P(PartitionFoldLaws, TheFeedIsWorthATest) {
  std::set<std::string> kinds;
  for (const Published& alert : undisturbed_.sink().alerts) kinds.insert(alert.header("coagwatch-alert"));
  EXPECT_TRUE(kinds.contains("onset"));
  EXPECT_TRUE(kinds.contains("resolution"));
  EXPECT_TRUE(kinds.contains("retraction"));
  EXPECT_TRUE(kinds.contains("closure"));
  EXPECT_TRUE(kinds.contains("re-evaluation-due")) << "of a timer";
  EXPECT_GT(undisturbed_.sink().alerts.size(), 50U);
  std::string statuses;
  for (const Published& status : undisturbed_.sink().all_statuses) statuses += status.value.value_or("gone");
  for (const char* gate : {"confirmed", "unconfirmed", "excluded"}) {
    EXPECT_NE(statuses.find("\"gate\":\"" + std::string(gate)), std::string::npos) << gate;
  }
  EXPECT_NE(statuses.find("\"cause\":[\"Condition/"), std::string::npos);
  EXPECT_NE(statuses.find("gone"), std::string::npos) << "merged";
  EXPECT_NE(statuses.find("other-record"), std::string::npos);
  std::set<fhir::Disposition> found;
  for (const auto& [disposition, reason] : undisturbed_.sink().items) found.insert(disposition);
  for (const auto disposition : {fhir::Disposition::applied, fhir::Disposition::duplicate,
                                 fhir::Disposition::superseded, fhir::Disposition::retracted,
                                 fhir::Disposition::ignored, fhir::Disposition::unusable, fhir::Disposition::dead}) {
    EXPECT_TRUE(found.contains(disposition)) << fhir::disposition_name(disposition);
  }
}

TEST_P(PartitionFoldLaws, TransactionBoundariesChangeNothing) {
  for (const std::size_t batch : {std::size_t{7}, std::size_t{1'000}}) {
    SCOPED_TRACE(batch);
    Player other = player();
    other.play(0, kRecords, batch);
    expect_same(other);
  }
}

TEST_P(PartitionFoldLaws, AnAbortedTransactionLeavesNoTrace) {
  Player other = player();
  for (std::size_t i = 0; i < kRecords; i += 10) {
    RecordingSink aborted;
    for (std::size_t k = i; k < std::min(i + 13, kRecords); ++k) other.apply(k, aborted);
    if (i % 20 == 0) other.fold().flush(aborted);
    other.fold().rollback();
    EXPECT_EQ(other.fold().touched(), 0U);
    const std::size_t before = other.sink().alerts.size();
    other.play(i, i + 10, 10);
    // The same output again, record for record.
    ASSERT_LE(other.sink().alerts.size() - before, aborted.alerts.size());
    EXPECT_TRUE(std::equal(other.sink().alerts.begin() + static_cast<std::ptrdiff_t>(before), other.sink().alerts.end(),
                           aborted.alerts.begin()));
  }
  expect_same(other);
}

TEST_P(PartitionFoldLaws, ARestoredFoldGoesOnAsIfNothingHadHappened) {
  Player other = player();
  for (std::size_t i = 0; i < kRecords; i += 100) {
    other.restart();
    // A worker that begins too early skips what was applied.
    if (i > 0) other.apply(i - 1, other.sink());
    other.play(i, i + 100, 30);
  }
  expect_same(other);
}

INSTANTIATE_TEST_SUITE_P(Feeds, PartitionFoldLaws,
                         testing::Values(Case{1, FoldSettings::TimeSource::record},
                                         Case{4, FoldSettings::TimeSource::event},
                                         Case{3, FoldSettings::TimeSource::record}));

}  // namespace
}  // namespace coagwatch::daemon
