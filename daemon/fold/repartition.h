#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/fold/division.h"
#include "daemon/fold/state_codec.h"
#include "rules/episodes/policy.h"
#include "rules/patient/patient_state.h"

namespace coagwatch::daemon {

/// Receives the state topic that is made of another one, in no order. The views live until the call returns.
class RepartitionSink {
 public:
  virtual ~RepartitionSink() = default;
  /// The state of a patient; the key may be that of one who is kept elsewhere.
  virtual void state(std::int32_t partition, std::string_view key, std::string_view value) = 0;
  /// The partition is to look again at who is whom (CommandKind::settle).
  virtual void settle(std::int32_t partition, std::string_view patient) = 0;
};

/// Makes of the state of partitions that of another number of them (repartition.md). Pure. Of what the router stage
/// divided, whoever has no links is handed on at once; the others are kept until everybody is known.
///
/// Not thread-safe.
class Repartition {
 public:
  struct Settings {
    Division from;
    Division to;
    rules::AlertPolicy alerts;
    rules::WindowLimits window;
  };

  /// `sink` must outlive this.
  Repartition(Settings settings, RepartitionSink& sink);

  /// Takes the last record of a patient in an old partition. Returns what is wrong with it (check_place).
  std::optional<std::string> add(std::int32_t partition, std::string_view key, std::string_view value);
  /// Everybody was added.
  void finish();

  /// Patients handed on, but for what partitions know of others'.
  [[nodiscard]] std::uint64_t patients() const { return patients_; }
  /// Of them those who are, or were said to be, somebody else.
  [[nodiscard]] std::size_t linked() const { return linked_.size(); }
  /// Of them those of whom something had gone astray.
  [[nodiscard]] std::size_t strays() const { return strays_.size(); }

 private:
  /// A patient about whom links say something.
  struct Linked {
    rules::PatientState state;  ///< as his own partition has him; links name own keys
    std::int32_t home = 0;      ///< his new partition
    std::string last;           ///< to whom his links lead in the end; himself where they are refused
    std::string into;           ///< as whom he was scored; empty: himself
    std::string named;          ///< whom all links in his own partition named
    bool was_merged = false;    ///< he was scored as the one whom his links name now
    bool is_known = false;      ///< his own partition has something of him besides what others say
  };

  [[nodiscard]] std::int32_t home_of(std::string_view key) const;
  [[nodiscard]] std::string key_in(std::int32_t partition, std::string_view key) const;
  [[nodiscard]] std::int32_t home_of_claim(std::string_view key, std::string_view claimant,
                                           std::string_view into) const;
  void note(std::string_view key, bool is_home);
  void join_strays();
  void finish_keyed();
  void add_connected(std::set<std::string>& people) const;
  [[nodiscard]] rules::PatientState keyed_state_in(std::int32_t partition, const std::string& key,
                                                   const Linked& linked) const;
  void finish_routed();
  [[nodiscard]] bool is_copied_to(std::int32_t partition, const std::string& key, const Linked& linked) const;
  [[nodiscard]] rules::PatientState state_in(std::int32_t partition, const std::string& key,
                                             const Linked& linked) const;
  void adopt_anew(std::int32_t partition);
  void put(std::int32_t partition, std::string_view key, const rules::PatientState& state);

  Settings settings_;
  RepartitionSink& sink_;
  std::map<std::string, Linked, std::less<>> linked_;
  std::map<std::string, std::string, std::less<>> alone_;  ///< where the site divided them: about whom claims may come
  /// What partitions have of patients who are not theirs, in their order.
  std::map<std::string, std::vector<std::string>, std::less<>> strays_;
  std::set<std::string> joined_;  ///< of whom his own partition has something too
  std::uint64_t patients_ = 0;
  rules::PatientState scratch_;
  std::string encoded_;
};

/// What the new partitions have of the old ones' records; the rest of it is for who knows the topics to say.
PartitionRecord merged_record(const std::vector<PartitionRecord>& records);

}  // namespace coagwatch::daemon
