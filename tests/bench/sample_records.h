#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace coagwatch::bench {

/// One record to feed. The views live until the callback returns.
struct SampleRecord {
  std::string_view key;
  std::string_view value;
  std::int64_t time_millis = 0;  ///< record timestamp: the newest collection time so far
};

/// The sample of real results (deploy/sample), multiplied: each copy of it is a set of patients of its own, with
/// other ids. Copies run beside each other, one laboratory report (the results of a patient at one time) at a time
/// and up to 64 reports apart, so that neighbouring records differ as they do in a hospital. All times are moved by
/// whole days so that the newest is of today or yesterday.
class SampleRecords {
 public:
  /// Reads the sample; ends the program on an error. `now_millis` is the present.
  SampleRecords(const std::string& path, std::int64_t now_millis);

  /// Records of one copy.
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  /// `first`: number of the first copy.
  void generate(int copies, const std::function<void(const SampleRecord&)>& sink, int first = 0) const;

 private:
  struct Line {
    std::vector<std::string> parts;  ///< the copy's number goes between them
    std::string key_head;            ///< key up to where the number goes
    std::string key_tail;
    std::int64_t time_millis = 0;
  };
  static void emit(const Line& line, const std::string& number, std::int64_t& newest,
                   const std::function<void(const SampleRecord&)>& sink);

  std::vector<Line> lines_;
  std::vector<std::pair<std::size_t, std::size_t>> reports_;  ///< first line, and the one after the last
};

}  // namespace coagwatch::bench
