#include "tests/fault/places.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <vector>

#include "daemon/fold/command_record.h"
#include "tests/broker/published.h"
#include "tests/broker/test_kafka.h"

namespace coagwatch::fault {
namespace {

/// `topic/partition/offset`, as headers have it.
struct Place {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};

template <typename Number>
Number number(std::string_view text) {
  Number value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) {
    throw std::runtime_error("a header that names no place");
  }
  return value;
}

Place place_of(const std::string& text) {
  const std::size_t last = text.rfind('/');
  const std::size_t first = last == std::string::npos || last == 0 ? last : text.rfind('/', last - 1);
  if (first == std::string::npos) throw std::runtime_error("a header that names no place");
  const std::string_view all = text;
  return {text.substr(0, first), number<std::int32_t>(all.substr(first + 1)),
          number<std::int64_t>(all.substr(last + 1))};
}

/// How often each record of the input was seen again.
class Tally {
 public:
  explicit Tally(const std::vector<std::string>& topics) {
    for (const std::string& topic : topics) {
      const std::vector<std::int64_t> ends = test::log_ends(topic, false);
      for (std::size_t p = 0; p < ends.size(); ++p) {
        seen_[{topic, static_cast<std::int32_t>(p)}].assign(static_cast<std::size_t>(ends[p]), 0);
      }
    }
  }
  void add(const Place& place) {
    const auto found = seen_.find({place.topic, place.partition});
    if (found == seen_.end() || place.offset < 0 || place.offset >= static_cast<std::int64_t>(found->second.size())) {
      ++strange_;
      return;
    }
    std::uint8_t& count = found->second[static_cast<std::size_t>(place.offset)];
    if (count < 2) ++count;
  }
  /// Of records that went into the same partition of the topic routed to.
  void add_in_order(const Place& place, std::int32_t target) {
    std::int64_t& last = last_.try_emplace({place.topic, place.partition, target}, -1).first->second;
    if (place.offset <= last) ++disordered_;
    last = std::max(last, place.offset);
    add(place);
  }
  [[nodiscard]] Fate fate() const {
    Fate fate;
    std::int64_t missing = 0;
    std::int64_t twice = 0;
    for (const auto& [place, counts] : seen_) {
      fate.records += counts.size();
      missing += std::ranges::count(counts, 0);
      twice += std::ranges::count(counts, 2);
    }
    if (missing + twice + strange_ + disordered_ > 0) {
      fate.wrong = std::to_string(missing) + " lost, " + std::to_string(twice) + " doubled, " +
                   std::to_string(disordered_) + " out of order, " + std::to_string(strange_) + " of nowhere";
    }
    return fate;
  }

 private:
  std::map<std::pair<std::string, std::int32_t>, std::vector<std::uint8_t>> seen_;
  std::map<std::tuple<std::string, std::int32_t, std::int32_t>, std::int64_t> last_;
  std::int64_t strange_ = 0;
  std::int64_t disordered_ = 0;
};

}  // namespace

Fate fate_of_input(const Names& names) {
  Tally tally(names.inputs);
  test::for_each_committed(names.by_patient, [&tally](const test::Record& record) {
    tally.add_in_order(place_of(record.header("coagwatch-source")), record.partition);
  });
  test::for_each_committed(names.dead_letters, [&tally](const test::Record& record) {
    if (test::is_of_router(record)) tally.add(place_of(record.header("coagwatch-source")));
  });
  return tally.fate();
}

Fate fate_of_commands(const Names& names) {
  std::map<std::int32_t, std::vector<std::int64_t>> given;
  std::map<std::int32_t, std::vector<std::int64_t>> applied;
  Fate fate;
  test::for_each_committed(names.commands, [&](const test::Record& record) {
    given[record.partition].push_back(record.offset);
    ++fate.records;
  });
  test::for_each_committed(names.journal, [&](const test::Record& record) {
    const std::string source = record.header(daemon::kCommandSourceHeader);
    if (!source.empty()) applied[record.partition].push_back(place_of(source).offset);
  });
  for (const auto& [partition, offsets] : given) {
    if (const std::string here = test::difference(applied[partition], offsets); !here.empty()) {
      fate.wrong = "partition " + std::to_string(partition) + ": " + here;
    }
  }
  for (const auto& [partition, offsets] : applied) {
    if (!given.contains(partition) && !offsets.empty()) fate.wrong = "commands that nobody gave";
  }
  return fate;
}

std::uint64_t ticks_in_journal(const Names& names) {
  std::uint64_t ticks = 0;
  test::for_each_committed(names.journal, [&ticks](const test::Record& record) {
    if (record.value && record.value->find(R"("kind":"tick")") != std::string::npos) ++ticks;
  });
  return ticks;
}

}  // namespace coagwatch::fault
