#include "tests/fault/forgetter.h"

#include <random>

#include "tests/fault/process.h"

namespace coagwatch::fault {

Forgetter::Forgetter(Options options, Journal& journal)
    : options_(std::move(options)), journal_(journal), thread_([this] { send_all(); }) {}

Forgetter::~Forgetter() { finish(); }

void Forgetter::send_all() {
  // The program itself waits for 30 s; brokers may be away for longer than that.
  constexpr int kTries = 5;
  std::mt19937 random(options_.seed + 2);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < options_.times; ++i) {
    {
      std::unique_lock lock(mutex_);
      hurry_.wait_until(lock, start + options_.length * (i + 1) / (options_.times + 1), [this] { return hurried_; });
    }
    const auto who = random() % static_cast<std::uint32_t>(options_.patients);
    const std::string command = options_.coagwatch + " forget --patient Patient/p" + std::to_string(who) + " -c " +
                                options_.config_file + " >>" + options_.output + " 2>&1";
    int tries = 1;
    // One that failed may have told some partitions: they are told once more.
    while (run_shell(command) != 0 && tries < kTries) ++tries;
    if (tries < kTries) ++sent_;
    journal_.say("a patient is to be forgotten" + (tries == 1 ? "" : ": try " + std::to_string(tries)));
  }
}

void Forgetter::finish() {
  {
    const std::scoped_lock lock(mutex_);
    hurried_ = true;
  }
  hurry_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace coagwatch::fault
