#include "tests/bench/arguments.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace coagwatch::bench {
namespace {

[[noreturn]] void usage(const char* program, const std::map<std::string, std::string>& options,
                        const std::string& problem) {
  std::fprintf(stderr, "%s: %s\noptions:", program, problem.c_str());
  for (const auto& [name, value] : options) std::fprintf(stderr, " --%s [%s]", name.c_str(), value.c_str());
  std::fprintf(stderr, "\n");
  std::exit(2);
}

}  // namespace

Arguments::Arguments(int argc, char** argv, std::map<std::string, std::string> defaults)
    : values_(std::move(defaults)) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name.rfind("--", 0) != 0 || !values_.contains(name.substr(2))) usage(argv[0], values_, "unknown " + name);
    values_[name.substr(2)] = argv[i + 1];
  }
  if (argc % 2 == 0) usage(argv[0], values_, "an option needs a value");
  for (const auto& [name, value] : values_) {
    if (value.empty()) usage(argv[0], values_, "--" + name + " is needed");
  }
}

long Arguments::number(const std::string& name) const { return std::strtol(text(name).c_str(), nullptr, 10); }

}  // namespace coagwatch::bench
