#include "daemon/fold/murmur2.h"

namespace coagwatch::daemon {
namespace {

constexpr std::uint32_t kSeed = 0x9747b28c;
constexpr std::uint32_t kMultiplier = 0x5bd1e995;

std::uint32_t byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// org.apache.kafka.common.utils.Utils.murmur2: 32-bit MurmurHash2, little-endian, a seed of its own.
std::uint32_t murmur2(std::string_view text) {
  std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(text.size());
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    std::uint32_t k =
        byte_at(text, i) | byte_at(text, i + 1) << 8 | byte_at(text, i + 2) << 16 | byte_at(text, i + 3) << 24;
    k *= kMultiplier;
    k ^= k >> 24;
    k *= kMultiplier;
    hash *= kMultiplier;
    hash ^= k;
  }
  const std::size_t rest = text.size() - i;
  if (rest > 2) hash ^= byte_at(text, i + 2) << 16;
  if (rest > 1) hash ^= byte_at(text, i + 1) << 8;
  if (rest > 0) {
    hash ^= byte_at(text, i);
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  hash ^= hash >> 15;
  return hash;
}

}  // namespace

std::int32_t partition_of_key(std::string_view key, std::int32_t partitions) {
  return static_cast<std::int32_t>(murmur2(key) & 0x7fffffffU) % partitions;
}

}  // namespace coagwatch::daemon
