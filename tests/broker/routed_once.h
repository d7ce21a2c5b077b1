#pragma once

#include <string>
#include <vector>

namespace coagwatch::test {

/// Fails the test unless each record of the inputs is in exactly one place behind the router stage of the daemons with
/// that prefix: once in their by-patient topic, or a dead letter of the router's; those of one source partition in its
/// order, and each patient in one partition. For inputs of which each record is about one patient, or is bad.
void expect_each_routed_once(const std::vector<std::string>& inputs, const std::string& prefix);

}  // namespace coagwatch::test
