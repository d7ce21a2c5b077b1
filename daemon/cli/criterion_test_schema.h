#pragma once

#include <string>

#include "rules/criterion/keys.h"

namespace coagwatch::daemon {

/// The keys of a case of a criterion test file, of what is given in it, and of what is expected of a criterion.
const rules::FileMap& case_keys();
const rules::FileMap& given_keys();
const rules::FileMap& expected_keys();

/// JSON Schema (draft 2020-12) of a criterion test file, for editors. What a case may expect of a criterion are the
/// fields of an assessment.
std::string criterion_test_schema();

}  // namespace coagwatch::daemon
