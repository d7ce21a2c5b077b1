#pragma once

#include <string>
#include <vector>

#include "fhir/intake_fixture.h"

namespace coagwatch::fhir {

/// For tests of records with several resources: what becomes of each.
class EnvelopeTest : public IntakeTest {
 protected:
  /// `0 Observation/a1 Patient/17 candidate` for each item; `deletion` for those.
  std::vector<std::string> rows(std::string record) {
    record_ = std::move(record);
    items_ = read_all(record_);
    std::vector<std::string> all;
    for (const Item& item : items_) {
      std::string text = std::to_string(item.entry) + " ";
      text.append(item.resource).append(" ").append(item.patient).append(" ");
      text.append(item.deletion ? "deletion" : disposition_name(item.disposition));
      if (item.reason != Reason::none) text.append("/").append(reason_name(item.reason));
      all.push_back(std::move(text));
    }
    return all;
  }
  static std::string observation(const std::string& id) { return ObservationJson().set("id", '"' + id + '"').text(); }
  static std::string bundle_of(const std::vector<std::string>& resources) {
    std::string text = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (std::size_t i = 0; i < resources.size(); ++i) {
      text.append(i == 0 ? "" : ",").append(R"({"resource":)").append(resources[i]).append("}");
    }
    return text + "]}";
  }

  std::string record_;
  std::span<Item> items_;
};

}  // namespace coagwatch::fhir
