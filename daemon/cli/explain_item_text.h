#pragma once

#include <string>

#include "rules/explain/explanation.h"

namespace coagwatch::daemon {

/// Appends the rows of an item: what was found, the band that it lies in, the points.
void add_item(const rules::Explanation& explanation, const rules::ExplainedItem& item, std::string& out);
/// The row above them.
void add_item_heading(std::string& out);

}  // namespace coagwatch::daemon
