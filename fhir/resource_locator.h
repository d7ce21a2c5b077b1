#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace coagwatch::fhir {

/// A resource, or an entry without one, found in a record that holds more than one bare Observation.
struct LocatedResource {
  enum class Role : std::uint8_t {
    root,        ///< the record itself, or the list of its parts
    entry,       ///< of a Bundle, which may itself be an entry
    bare_entry,  ///< an entry of a Bundle without a resource: a deletion, an answer, a notification by id only
    contained    ///< in the root's `contained`, where that is no Bundle
  };
  static constexpr std::int32_t kNone = -1;

  Role role = Role::root;
  std::uint32_t entry = 0;          ///< index in the outermost Bundle; 0 outside of one
  std::int32_t parent = kNone;      ///< index of the resource that it stands in
  std::string_view bytes;           ///< its JSON object (of a bare entry, the entry's) as it stands in the record
  std::string_view type;            ///< resourceType; empty if it has none that is a string
  std::string_view id;              ///< likewise
  std::string_view full_url;        ///< of the entry; likewise
  std::string_view method;          ///< request.method of the entry; likewise
  std::string_view url;             ///< request.url of the entry; likewise
  std::string_view if_none_exist;   ///< request.ifNoneExist of the entry; likewise
  std::string_view etag;            ///< response.etag of the entry; likewise
  std::string_view last_modified;   ///< response.lastModified of the entry; likewise
  std::string_view duplicate;       ///< a key that stands twice where that would make it ambiguous; empty if none
  bool two_ids = false;             ///< `id` stands twice in the resource
  std::string_view problem;         ///< something of another shape than FHIR's, and what was expected; empty if none
  bool holds_others = false;        ///< something that was found has this as its parent
  bool implicit_rules = false;      ///< stands in the resource
  bool modifier_extension = false;  ///< stands in the entry
};

/// Finds the resources of a record: of Bundles in Bundles, or contained in the root, and where each begins and ends. It
/// does not look inside of anything else.
///
/// Not thread-safe. Keeps its buffers from record to record.
class ResourceLocator {
 public:
  enum class Outcome : std::uint8_t {
    found,
    malformed,        ///< not JSON, or its root is no object
    too_many_entries  ///< more than `max_entries`, over all Bundles of the record
  };

  explicit ResourceLocator(std::size_t max_entries);
  ~ResourceLocator();
  ResourceLocator(const ResourceLocator&) = delete;
  ResourceLocator& operator=(const ResourceLocator&) = delete;

  /// Looks through `record`, which must be UTF-8 without NUL bytes and not nested too deeply (JsonReader has read it).
  Outcome locate(std::string_view record);

  /// Looks through several texts, each like a record of its own, as if they were the resources of a Bundle: entry i is
  /// texts[i]. The Bundle itself is the first that is found, without bytes. Nothing is found for an empty text.
  Outcome locate_list(std::span<const std::string_view> texts);

  /// What was found, in the order of the record: what contains before what is contained. The views live until the next
  /// locate, and `bytes` as long as the record.
  [[nodiscard]] const std::vector<LocatedResource>& resources() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace coagwatch::fhir
