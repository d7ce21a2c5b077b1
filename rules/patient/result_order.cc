#include "rules/patient/result_order.h"

#include <tuple>

namespace coagwatch::rules {

bool counts_over(const StoredResult& a, const StoredResult& b) {
  const auto order = [](const StoredResult& result) {
    return std::make_tuple(result.lab.at, result.lab.method_rank, result.lab.issued, result.version.last_updated,
                           result.arrival);
  };
  return order(a) > order(b);
}

}  // namespace coagwatch::rules
