#include "fhir/utf8.h"

#include <cstdint>
#include <cstring>

#include "fhir/json_writer.h"

namespace coagwatch::fhir {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    // Clinical JSON is nearly all ASCII: eight bytes at a time while it is.
    std::uint64_t eight = 0;
    while (text.size() >= sizeof eight) {
      std::memcpy(&eight, text.data(), sizeof eight);
      if ((eight & 0x8080808080808080U) != 0) break;
      text.remove_prefix(sizeof eight);
    }
    if (text.empty()) break;
    const std::size_t length = utf8_character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view cut_utf8(std::string_view text, std::size_t length) {
  if (text.size() <= length) return text;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80) --length;
  return text.substr(0, length);
}

}  // namespace coagwatch::fhir
