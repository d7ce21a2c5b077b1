#include "fhir/utf8.h"

#include "fhir/json_writer.h"

namespace coagwatch::fhir {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace coagwatch::fhir
