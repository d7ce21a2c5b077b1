#pragma once

#include <map>
#include <string>

namespace coagwatch::bench {

/// `--name value` pairs of a command line. Ends the program with exit code 2 on anything else.
class Arguments {
 public:
  /// `defaults` names every option; an option whose default is empty must be given.
  Arguments(int argc, char** argv, std::map<std::string, std::string> defaults);

  [[nodiscard]] const std::string& text(const std::string& name) const { return values_.at(name); }
  [[nodiscard]] long number(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace coagwatch::bench
