#include "rules/explain/names.h"

#include <array>
#include <cstddef>

namespace coagwatch::rules {
namespace {

constexpr std::array<std::string_view, 10> kLacks = {"none",        "no-result",    "too-old",      "unusable",
                                                     "dropped",     "older-source", "site-setting", "no-limit",
                                                     "no-baseline", "no-divisor"};

constexpr std::array<std::string_view, 13> kReasons = {
    "child", "newborn", "excluding-fact", "denied",       "only-with",   "no-sign",       "confirming-fact",
    "sign",  "adult",   "unknown-fact",   "unknown-sign", "unknown-age", "unknown-column"};

constexpr std::array<std::string_view, 3> kOrigins = {"recorded", "implied", "charted"};

}  // namespace

std::string_view lack_name(Lack lack) { return kLacks.at(static_cast<std::size_t>(lack)); }

std::string_view gate_reason_name(GateReason::Kind kind) { return kReasons.at(static_cast<std::size_t>(kind)); }

std::string_view origin_name(ExplainedFact::Origin origin) { return kOrigins.at(static_cast<std::size_t>(origin)); }

}  // namespace coagwatch::rules
