#include "fhir/fingerprint.h"

#include <bit>
#include <cstddef>

namespace coagwatch::fhir {
namespace {

// The steps and constants of MurmurHash3's 64-bit lanes (Austin Appleby, public domain).
constexpr std::uint64_t kFirst = 0x87C37B91114253D5U;
constexpr std::uint64_t kSecond = 0x4CF5AD432745937FU;

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return word;
}

std::uint64_t add(std::uint64_t hash, std::uint64_t word) {
  word *= kFirst;
  word = std::rotl(word, 31) * kSecond;
  hash ^= word;
  return std::rotl(hash, 27) * 5 + 0x52DCE729U;
}

std::uint64_t add(std::uint64_t hash, std::string_view text) {
  constexpr std::size_t kWord = 8;
  hash = add(hash, std::uint64_t{text.size()});
  for (; text.size() >= kWord; text.remove_prefix(kWord)) hash = add(hash, little_endian(text.substr(0, kWord)));
  return text.empty() ? hash : add(hash, little_endian(text));
}

}  // namespace

std::uint64_t fingerprint_of(std::string_view first, std::string_view second) {
  std::uint64_t hash = add(add(std::uint64_t{0}, first), second);
  hash ^= hash >> 33U;
  hash *= 0xFF51AFD7ED558CCDU;
  hash ^= hash >> 33U;
  hash *= 0xC4CEB9FE1A85EC53U;
  hash ^= hash >> 33U;
  return hash == 0 ? 1 : hash;
}

}  // namespace coagwatch::fhir
