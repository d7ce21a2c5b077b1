#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace coagwatch::fhir {

/// Words, or several in a row, in the form of NameWords. A `*` at the end stands for what else the word goes on with.
using Phrases = std::span<const std::string_view>;

/// How long the longest of `phrases` is at the beginning of `words`; 0 if none is there.
std::size_t phrase_at(std::string_view words, Phrases phrases);

/// What a denial is about.
struct Deniable {
  Phrases named;     ///< what is denied
  Phrases bearers;   ///< what has it, at the beginning or right behind it; elsewhere it may be what is missing
  Phrases of_named;  ///< what tells it more closely, and is by itself another matter: the platelets of clumps
  Phrases beside;    ///< what may stand there besides and says nothing
};

/// Whether every word of a text serves to say that there is none: `Not present`, `No platelet clumps seen`,
/// `溶血（－）`; but not `None but few`. A longer text than NameWords takes says more than that.
bool denies(std::string_view text, const Deniable& what);

}  // namespace coagwatch::fhir
