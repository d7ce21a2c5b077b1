#include "fhir/bundle_keys.h"

#include <array>

namespace coagwatch::fhir {
namespace {

using TextMember = std::string_view LocatedResource::*;

struct Key {
  BundleLevel level;
  Field field;
  TextMember text;  ///< null: of its value only the shape matters
};

constexpr std::array<Key, 12> kKeys = {{
    {BundleLevel::resource, Field::resource_type, &LocatedResource::type},
    {BundleLevel::resource, Field::id, &LocatedResource::id},
    {BundleLevel::resource, Field::entry, nullptr},
    {BundleLevel::entry, Field::full_url, &LocatedResource::full_url},
    {BundleLevel::entry, Field::resource, nullptr},
    {BundleLevel::entry, Field::request, nullptr},
    {BundleLevel::entry, Field::response, nullptr},
    {BundleLevel::request, Field::method, &LocatedResource::method},
    {BundleLevel::request, Field::url, &LocatedResource::url},
    {BundleLevel::request, Field::if_none_exist, &LocatedResource::if_none_exist},
    {BundleLevel::response, Field::etag, &LocatedResource::etag},
    {BundleLevel::response, Field::last_modified, &LocatedResource::last_modified},
}};

std::size_t index_of(BundleLevel level, Field field) {
  std::size_t i = 0;
  while (i < kKeys.size() && (kKeys[i].level != level || kKeys[i].field != field)) ++i;
  return i;
}

}  // namespace

std::uint64_t key_bit(BundleLevel level, Field field) {
  const std::size_t i = index_of(level, field);
  return i < kKeys.size() ? std::uint64_t{1} << i : 0;
}

std::string_view* key_text(BundleLevel level, Field field, LocatedResource& resource) {
  const std::size_t i = index_of(level, field);
  return i < kKeys.size() && kKeys[i].text != nullptr ? &(resource.*kKeys[i].text) : nullptr;
}

}  // namespace coagwatch::fhir
