#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace coagwatch::fuzz {

/// An input and where it comes from.
struct Sample {
  std::string name;  ///< path in the sources, and the line
  std::string bytes;
};

/// The inputs of a target: its seeds, one a line, in which U+241E stands for kPartEnd, and its kept corpus.
std::vector<Sample> inputs_of(std::string_view target);

/// Every JSON text in the tree that is or could be a record: the sample, test data, maps, the corpora of tests, and the
/// inputs of the targets that read JSON.
std::vector<Sample> real_records();

}  // namespace coagwatch::fuzz
