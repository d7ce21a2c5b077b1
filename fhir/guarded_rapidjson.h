#pragma once

// RapidJSON for parsing what comes from outside. Its assertions guard against misuse that a crafted input might reach
// and are compiled out of a release build; here they throw. A namespace of its own keeps this variant apart from
// sources that include RapidJSON plainly.

namespace coagwatch::fhir {
/// Thrown where RapidJSON finds its own preconditions broken; caught at the edge of the file that uses it.
struct JsonAssertion {};
}  // namespace coagwatch::fhir

#define RAPIDJSON_ASSERT(condition)                             \
  do {                                                          \
    if (!(condition)) throw ::coagwatch::fhir::JsonAssertion{}; \
  } while (false)
#define RAPIDJSON_NAMESPACE guarded_rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace guarded_rapidjson {
#define RAPIDJSON_NAMESPACE_END }

// The macros above must be seen first.
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
