#include "fhir/resource_locator.h"

#include <algorithm>

#include "fhir/field_names.h"
#include "fhir/guarded_rapidjson.h"
#include "fhir/text_arena.h"

namespace coagwatch::fhir {
namespace {

namespace json = guarded_rapidjson;

constexpr unsigned kFlags = json::kParseIterativeFlag | json::kParseNumbersAsStringsFlag;
constexpr std::string_view kBundle = "Bundle";

/// What kind of object or array a level of nesting is.
enum class Level : std::uint8_t { other, resource, entries, entry, request };

struct Frame {
  Level level = Level::other;
  Field key = Field::unknown;      ///< the key just read
  std::int32_t index = -1;         ///< of the resource or entry
  std::uint32_t entries_seen = 0;  ///< of an array of entries
  std::uint64_t seen = 0;          ///< keys that matter, as bits
};

}  // namespace

struct ResourceLocator::Impl {
  explicit Impl(std::size_t limit) : max_entries(limit) {}

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's handler.
  static bool Null() { return true; }
  static bool Bool(bool /*value*/) { return true; }
  static bool RawNumber(const char* /*text*/, json::SizeType /*length*/, bool /*copy*/) { return true; }
  bool String(const char* text, json::SizeType length, bool /*copy*/) { return string({text, length}); }
  bool Key(const char* text, json::SizeType length, bool /*copy*/) { return key({text, length}); }
  bool StartObject() { return begin(true); }
  bool EndObject(json::SizeType /*members*/) { return end(); }
  bool StartArray() { return begin(false); }
  bool EndArray(json::SizeType /*elements*/) { return end(); }
  // Never called: numbers come as text.
  static bool Int(int /*value*/) { return false; }
  static bool Uint(unsigned /*value*/) { return false; }
  static bool Int64(std::int64_t /*value*/) { return false; }
  static bool Uint64(std::uint64_t /*value*/) { return false; }
  static bool Double(double /*value*/) { return false; }
  // NOLINTEND(readability-identifier-naming)

  bool key(std::string_view name);
  bool string(std::string_view text);
  bool begin(bool object);
  bool end();
  Frame open(const Frame& parent, bool object);
  std::int32_t add(LocatedResource::Role role, std::uint32_t entry, std::int32_t parent);
  void drop_what_is_in_no_bundle();

  const std::size_t max_entries;
  std::string_view record;
  json::MemoryStream* stream = nullptr;
  json::Reader reader;
  TextArena texts;
  std::vector<Frame> frames;
  std::vector<LocatedResource> found;
  std::size_t entries = 0;
};

namespace {

/// The keys that matter, as bits, so that one that stands twice is seen.
std::uint64_t bit_of(Level level, Field field) {
  const bool counts = level == Level::resource ? field == Field::resource_type || field == Field::entry
                      : level == Level::entry  ? field == Field::resource || field == Field::request
                                               : false;
  return counts ? std::uint64_t{1} << (static_cast<unsigned>(field) % 64) : 0;
}

}  // namespace

bool ResourceLocator::Impl::key(std::string_view name) {
  Frame& frame = frames.back();
  frame.key = frame.level == Level::other ? Field::unknown : field_named(name);
  const std::uint64_t bit = bit_of(frame.level, frame.key);
  if ((frame.seen & bit) != 0) found[static_cast<std::size_t>(frame.index)].duplicate = field_name(frame.key);
  frame.seen |= bit;
  return true;
}

bool ResourceLocator::Impl::string(std::string_view text) {
  if (frames.empty()) return true;
  const Frame& frame = frames.back();
  if (frame.index < 0) return true;
  LocatedResource& resource = found[static_cast<std::size_t>(frame.index)];
  std::string_view* target = nullptr;
  if (frame.level == Level::resource) {
    if (frame.key == Field::resource_type) target = &resource.type;
    if (frame.key == Field::id) target = &resource.id;
  } else if (frame.level == Level::entry) {
    if (frame.key == Field::full_url) target = &resource.full_url;
  } else if (frame.level == Level::request) {
    if (frame.key == Field::method) target = &resource.method;
    if (frame.key == Field::url) target = &resource.url;
  }
  if (target != nullptr) *target = texts.join({text});
  return true;
}

/// An entry and its resource are one element of `found`: as long as no resource was seen, a bare entry.
Frame ResourceLocator::Impl::open(const Frame& parent, bool object) {
  Frame frame;
  if (parent.level == Level::resource && parent.key == Field::entry && !object) {
    frame.level = Level::entries;
    frame.index = parent.index;
  } else if (parent.level == Level::entries && object) {
    const LocatedResource& bundle = found[static_cast<std::size_t>(parent.index)];
    const std::uint32_t number = bundle.parent == LocatedResource::kNone ? parent.entries_seen - 1 : bundle.entry;
    frame.level = Level::entry;
    frame.index = add(LocatedResource::Role::bare_entry, number, parent.index);
  } else if (parent.level == Level::entry && object && parent.key == Field::resource) {
    frame.level = Level::resource;
    frame.index = parent.index;
  } else if (parent.level == Level::entry && object && parent.key == Field::request) {
    frame.level = Level::request;
    frame.index = parent.index;
  }
  return frame;
}

bool ResourceLocator::Impl::begin(bool object) {
  Frame frame;
  const std::size_t at = stream->Tell();
  if (frames.empty()) {
    if (!object) return false;
    frame.level = Level::resource;
    frame.index = add(LocatedResource::Role::root, 0, LocatedResource::kNone);
  } else {
    Frame& parent = frames.back();
    if (parent.level == Level::entries && object) {
      ++parent.entries_seen;
      if (++entries > max_entries) return false;
    }
    frame = open(parent, object);
  }
  if (frame.level == Level::resource || frame.level == Level::entry) {
    LocatedResource& resource = found[static_cast<std::size_t>(frame.index)];
    if (frame.level == Level::resource && resource.role == LocatedResource::Role::bare_entry) {
      resource.role = LocatedResource::Role::entry;
    }
    resource.bytes = record.substr(at);
  }
  frames.push_back(frame);
  return true;
}

bool ResourceLocator::Impl::end() {
  const Frame frame = frames.back();
  frames.pop_back();
  // Of an entry with a resource, `bytes` are the resource's.
  const bool bare_entry = frame.level == Level::entry &&
                          found[static_cast<std::size_t>(frame.index)].role == LocatedResource::Role::bare_entry;
  if (frame.level == Level::resource || bare_entry) {
    std::string_view& bytes = found[static_cast<std::size_t>(frame.index)].bytes;
    const auto begin = static_cast<std::size_t>(bytes.data() - record.data());
    bytes = record.substr(begin, stream->Tell() + 1 - begin);
  }
  return true;
}

std::int32_t ResourceLocator::Impl::add(LocatedResource::Role role, std::uint32_t entry, std::int32_t parent) {
  LocatedResource& resource = found.emplace_back();
  resource.role = role;
  resource.entry = entry;
  resource.parent = parent;
  return static_cast<std::int32_t>(found.size()) - 1;
}

/// Other resources have an `entry` of their own (List), in which nothing is ours to read.
void ResourceLocator::Impl::drop_what_is_in_no_bundle() {
  std::vector<std::int32_t> moved(found.size(), LocatedResource::kNone);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::int32_t parent = found[i].parent;
    if (parent != LocatedResource::kNone) {
      const std::int32_t now = moved[static_cast<std::size_t>(parent)];
      if (now == LocatedResource::kNone || found[static_cast<std::size_t>(now)].type != kBundle) continue;
      found[i].parent = now;
    }
    moved[i] = static_cast<std::int32_t>(kept);
    if (kept != i) found[kept] = found[i];
    ++kept;
  }
  found.resize(kept);
}

ResourceLocator::ResourceLocator(std::size_t max_entries) : impl_(std::make_unique<Impl>(max_entries)) {}
ResourceLocator::~ResourceLocator() = default;

const std::vector<LocatedResource>& ResourceLocator::resources() const { return impl_->found; }

ResourceLocator::Outcome ResourceLocator::locate(std::string_view record) {
  Impl& impl = *impl_;
  impl.record = record;
  impl.texts.clear();
  impl.frames.clear();
  impl.found.clear();
  impl.entries = 0;
  json::MemoryStream stream(record.data(), record.size());
  impl.stream = &stream;
  bool failed = true;
  try {
    failed = impl.reader.Parse<kFlags>(stream, impl).IsError();
  } catch (const JsonAssertion&) {
    // As in JsonReader.
  }
  if (failed || impl.found.empty()) {
    return impl.entries > impl.max_entries ? Outcome::too_many_entries : Outcome::malformed;
  }
  impl.drop_what_is_in_no_bundle();
  return Outcome::found;
}

}  // namespace coagwatch::fhir
