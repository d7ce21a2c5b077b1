#pragma once

#include <list>
#include <string>
#include <vector>

#include "fhir/alert_parts.h"

// The entries that an alert and its notification have in common. Used by alert_writer.cc and notification_writer.cc.
namespace coagwatch::fhir {

/// All that one record tells of. The references must outlive what is made of it.
struct AlertInput {
  const WriteContext& context;
  const rules::RuleSet& rules;
  const rules::AlertPolicy& policy;
  const rules::PatientState& state;
  const rules::Assessment& assessment;
  const rules::AlertPlan& plan;  ///< has events
};

/// Writes the entries of one record, once.
class AlertEntries {
 public:
  /// `answered`: each entry has a response too, as in a Bundle of type history.
  AlertEntries(const AlertInput& input, bool answered)
      : input_(input), answered_(answered), subject_(subject_reference(input.context.patient)) {}

  /// Unique among all records: the sequence of the leading criterion never starts again.
  std::string record_identifier();
  void write(JsonWriter& json);

  /// fullUrls of what was written, in its order.
  [[nodiscard]] const std::vector<std::string>& written() const { return written_; }
  /// fullUrl of what the leading event is about: its episode's Flag, of a notice the score.
  std::string focus();

 private:
  AlertPart part_of(const rules::EpisodeEvent& event, rules::Timestamp at);
  /// Kept for as long as their parts are written.
  const rules::Assessment& assessment_at(rules::Timestamp at);
  void compare_with_told(AlertPart& part) const;
  void claim(const rules::EpisodeEvent& event);
  void write_event(JsonWriter& json, const rules::EpisodeEvent& event);
  bool is_to_be_written(const AlertPart& part, const std::string& urn);
  void write_score(JsonWriter& json, const AlertPart& part);
  void write_flag_entry(JsonWriter& json, const AlertPart& part);
  void write_request(JsonWriter& json, const std::string& url) const;

  const AlertInput& input_;
  bool answered_;
  SubjectReference subject_;
  std::list<rules::Assessment> past_;
  std::vector<std::string> claimed_;  ///< fullUrls
  std::vector<std::string> written_;
};

}  // namespace coagwatch::fhir
