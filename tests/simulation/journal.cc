#include "tests/simulation/journal.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "daemon/fold/command_record.h"

namespace coagwatch::simulation {
namespace {

std::int64_t number_after(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  std::int64_t number = -1;
  if (at == std::string_view::npos) return number;
  std::from_chars(text.data() + at + name.size(), text.data() + text.size(), number);
  return number;
}

/// A command is journaled as it stood, with two more headers at the end.
std::optional<Movement> command_of(const LogRecord& record) {
  if (record.headers.size() < 2) return std::nullopt;
  const auto source = record.headers.end() - 1;
  const auto after = source - 1;
  if (source->first != daemon::kCommandSourceHeader || after->first != daemon::kAfterOffsetHeader) return std::nullopt;
  Movement movement;
  movement.after = number_after(after->second, "");
  movement.source = source->second;
  movement.command = record;
  movement.command->headers.resize(record.headers.size() - 2);
  movement.command->offset = number_after(std::string_view(source->second).substr(source->second.rfind('/')), "/");
  movement.command->transaction = 0;
  return movement;
}

}  // namespace

std::optional<Movement> movement_of(const LogRecord& record) {
  if (auto command = command_of(record)) return command;
  const std::string_view value = record.value ? std::string_view(*record.value) : std::string_view();
  if (value.find(R"("kind":"tick")") == std::string_view::npos) return std::nullopt;
  Movement tick;
  tick.after = number_after(value, R"("after-offset":)");
  tick.time = rules::Timestamp::from_millis(number_after(value, R"("time":)"));
  return tick;
}

void read_movements(const SimulatedLog& journal, const SimulatedLog& commands, std::int64_t& position,
                    std::deque<Movement>& into) {
  while (const LogRecord* record = journal.read_committed(position)) {
    auto movement = movement_of(*record);
    if (!movement) continue;
    if (movement->command && movement->command->offset >= commands.start()) {
      std::int64_t at = movement->command->offset;
      const LogRecord* const sent = commands.read_committed(at);
      movement->command->time = sent == nullptr ? rules::Timestamp::none() : sent->time;
    }
    into.push_back(std::move(*movement));
  }
}

}  // namespace coagwatch::simulation
