#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/fold/input_record.h"
#include "fhir/intake.h"
#include "tests/simulation/simulated_log.h"

namespace coagwatch::simulation {

/// Headers of a record in a log, which must outlive this.
class LogHeaders final : public fhir::RecordHeaders {
 public:
  explicit LogHeaders(const Headers& headers) : headers_(headers) {}
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override {
    std::optional<std::string_view> last;
    for (const auto& [known, value] : headers_) {
      if (known == name) last = value;
    }
    return last;
  }
  void list(std::vector<std::pair<std::string_view, std::string_view>>& out) const override {
    out.insert(out.end(), headers_.begin(), headers_.end());
  }

 private:
  const Headers& headers_;
};

/// A record of a log as a client hands it to the application: a copy of its own, which ends with this.
class DeliveredRecord {
 public:
  explicit DeliveredRecord(LogRecord record, std::string source = "")
      : record_(std::move(record)), source_(std::move(source)), headers_(record_.headers) {}
  DeliveredRecord(const DeliveredRecord&) = delete;
  DeliveredRecord& operator=(const DeliveredRecord&) = delete;
  /// Makes a use after the time of life visible also without a sanitizer.
  ~DeliveredRecord() {
    if (record_.key) std::fill(record_.key->begin(), record_.key->end(), '#');
    if (record_.value) std::fill(record_.value->begin(), record_.value->end(), '#');
    for (auto& [name, value] : record_.headers) std::fill(value.begin(), value.end(), '#');
  }

  /// Lives as long as this.
  [[nodiscard]] daemon::InputRecord view(std::int32_t partition) const {
    daemon::InputRecord record;
    record.partition = partition;
    record.offset = record_.offset;
    record.time = record_.time;
    record.key = record_.key;
    record.value = record_.value;
    record.headers = &headers_;
    record.source = source_;
    return record;
  }

 private:
  LogRecord record_;
  std::string source_;
  LogHeaders headers_;
};

}  // namespace coagwatch::simulation
