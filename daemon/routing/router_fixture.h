#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/fold_fixture.h"
#include "daemon/routing/router.h"
#include "fhir/intake_fixture.h"

namespace coagwatch::daemon {

/// For tests: a record as a router made it.
struct Routed {
  std::int32_t partition;
  Published record;
};

/// For tests: keeps what a router makes.
class RecordingRouterSink : public RouterSink {
 public:
  void routed(std::int32_t partition, const FoldRecord& record) override {
    parts.push_back({partition, Published(record)});
  }
  void dead_letter(const FoldRecord& record) override { dead_letters.emplace_back(record); }

  std::vector<Routed> parts;
  std::vector<Published> dead_letters;
};

/// For tests: headers of a record that was written.
class WrittenHeaders : public fhir::RecordHeaders {
 public:
  explicit WrittenHeaders(const Published& record) : record_(record) {}
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override {
    std::optional<std::string_view> last;
    for (const auto& [known, value] : record_.headers) {
      if (known == name) last = value;
    }
    return last;
  }
  void list(std::vector<std::pair<std::string_view, std::string_view>>& out) const override {
    out.insert(out.end(), record_.headers.begin(), record_.headers.end());
  }

 private:
  const Published& record_;
};

/// For tests: an entry of a Bundle, and a Bundle of such entries.
inline std::string bundle_entry(const std::string& resource, const std::string& full_url = "") {
  return "{" + (full_url.empty() ? "" : R"("fullUrl":")" + full_url + R"(",)") + R"("resource":)" + resource + "}";
}
inline std::string bundle_of(const std::vector<std::string>& entries) {
  std::string json = R"({"resourceType":"Bundle","type":"batch","entry":[)";
  for (std::size_t i = 0; i < entries.size(); ++i) json += (i == 0 ? "" : ",") + entries[i];
  return json + "]}";
}

}  // namespace coagwatch::daemon
