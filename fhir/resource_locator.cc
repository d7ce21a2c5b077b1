#include "fhir/resource_locator.h"

#include <algorithm>

#include "fhir/bundle_keys.h"
#include "fhir/field_names.h"
#include "fhir/guarded_rapidjson.h"
#include "fhir/text_arena.h"
#include "fhir/utf8.h"

namespace coagwatch::fhir {
namespace {

namespace json = guarded_rapidjson;

constexpr unsigned kFlags = json::kParseIterativeFlag | json::kParseNumbersAsStringsFlag;
constexpr std::string_view kBundle = "Bundle";

using Level = BundleLevel;

enum class Shape : std::uint8_t { object, array, scalar };

struct Frame {
  Level level = Level::other;
  Field key = Field::unknown;       ///< the key just read
  std::int32_t index = -1;          ///< of the resource or entry
  std::uint32_t elements_seen = 0;  ///< of an array of entries
  std::uint64_t seen = 0;           ///< keys that matter, as bits
};

}  // namespace

struct ResourceLocator::Impl : json::BaseReaderHandler<json::UTF8<>, ResourceLocator::Impl> {
  explicit Impl(std::size_t limit) : max_entries(limit) {}

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's handler.
  bool Null() { return absent(); }
  bool Bool(bool /*value*/) { return other_scalar(); }
  bool RawNumber(const char* /*text*/, json::SizeType /*length*/, bool /*copy*/) { return other_scalar(); }
  bool String(const char* text, json::SizeType length, bool /*copy*/) { return string({text, length}); }
  bool Key(const char* text, json::SizeType length, bool /*copy*/) { return key({text, length}); }
  bool StartObject() { return begin(Shape::object); }
  bool EndObject(json::SizeType /*members*/) { return end(); }
  bool StartArray() { return begin(Shape::array); }
  bool EndArray(json::SizeType /*elements*/) { return end(); }
  // NOLINTEND(readability-identifier-naming)

  bool key(std::string_view name);
  bool string(std::string_view text);
  bool absent();
  bool other_scalar();
  bool begin(Shape shape);
  bool end();
  bool check_place(Frame& parent, Shape shape);
  Frame open(const Frame& parent, Shape shape);
  void refuse(const Frame& at, std::string_view problem);
  LocatedResource& of(const Frame& frame) { return found[static_cast<std::size_t>(frame.index)]; }
  std::int32_t add(LocatedResource::Role role, std::uint32_t entry, std::int32_t parent);
  void drop_what_is_in_no_bundle();
  void start();
  bool parse(std::string_view text);
  Outcome outcome(bool parsed);

  const std::size_t max_entries;
  std::string_view record;
  json::MemoryStream* stream = nullptr;
  json::Reader reader;
  TextArena texts;
  std::vector<Frame> frames;
  std::vector<LocatedResource> found;
  std::size_t entries = 0;
  std::uint32_t list_index = 0;  // of the text in a list of texts
  bool in_list = false;
};

bool ResourceLocator::Impl::key(std::string_view name) {
  Frame& frame = frames.back();
  frame.key = frame.level == Level::other ? Field::unknown : field_named(name);
  if (frame.level == Level::resource && frame.key == Field::implicit_rules) of(frame).implicit_rules = true;
  if (frame.level == Level::entry && frame.key == Field::modifier_extension) of(frame).modifier_extension = true;
  const std::uint64_t bit = key_bit(frame.level, frame.key);
  if ((frame.seen & bit) != 0) {
    if (frame.level == Level::resource && frame.key == Field::id) {
      of(frame).two_ids = true;
    } else {
      of(frame).duplicate = field_name(frame.key);
    }
  }
  frame.seen |= bit;
  return true;
}

bool ResourceLocator::Impl::string(std::string_view text) {
  if (frames.empty() || frames.back().index < 0) return true;
  std::string_view* const target = key_text(frames.back().level, frames.back().key, of(frames.back()));
  if (target == nullptr) return other_scalar();
  *target = texts.join({text});
  return true;
}

/// JSON's null is as if the key were not there, but it is no entry.
bool ResourceLocator::Impl::absent() {
  return frames.empty() || frames.back().level != Level::entries || other_scalar();
}

bool ResourceLocator::Impl::other_scalar() { return frames.empty() || check_place(frames.back(), Shape::scalar); }

/// Counts elements, and notes what stands where a list of entries, an entry or a resource should. False if there are
/// too many.
bool ResourceLocator::Impl::check_place(Frame& parent, Shape shape) {
  const bool element = parent.level == Level::entries || parent.level == Level::contained;
  if (element) {
    ++parent.elements_seen;
    if (++entries > max_entries) return false;
  }
  if (parent.level == Level::entries && shape != Shape::object) refuse(parent, "entry: expected objects");
  if (parent.level == Level::entry && parent.key == Field::resource && shape != Shape::object) {
    refuse(parent, "entry.resource: expected an object");
  }
  if (parent.level == Level::resource && parent.key == Field::entry && shape != Shape::array) {
    refuse(parent, "entry: expected a list");
  }
  return true;
}

/// An element of a list of entries that is none is found as an entry of its own.
void ResourceLocator::Impl::refuse(const Frame& at, std::string_view problem) {
  if (at.level != Level::entries) {
    of(at).problem = problem;
    return;
  }
  const LocatedResource& bundle = of(at);
  const std::uint32_t number = bundle.parent == LocatedResource::kNone ? at.elements_seen - 1 : bundle.entry;
  const std::int32_t added = add(LocatedResource::Role::entry, number, at.index);
  found[static_cast<std::size_t>(added)].problem = problem;
  found[static_cast<std::size_t>(added)].bytes = record;
}

/// An entry and its resource are one element of `found`: as long as no resource was seen, a bare entry.
Frame ResourceLocator::Impl::open(const Frame& parent, Shape shape) {
  const bool object = shape == Shape::object;
  const bool array = shape == Shape::array;
  Frame frame;
  frame.index = parent.index;
  if (parent.level == Level::resource && parent.key == Field::entry && array) {
    frame.level = Level::entries;
  } else if (parent.level == Level::resource && parent.key == Field::contained && array &&
             of(parent).role == LocatedResource::Role::root) {
    frame.level = Level::contained;
  } else if (parent.level == Level::contained && object) {
    frame.level = Level::resource;
    frame.index = add(LocatedResource::Role::contained, 0, parent.index);
  } else if (parent.level == Level::entries && object) {
    const LocatedResource& bundle = of(parent);
    const std::uint32_t number = bundle.parent == LocatedResource::kNone ? parent.elements_seen - 1 : bundle.entry;
    frame.level = Level::entry;
    frame.index = add(LocatedResource::Role::bare_entry, number, parent.index);
  } else if (parent.level == Level::entry && object && parent.key == Field::resource) {
    frame.level = Level::resource;
  } else if (parent.level == Level::entry && object && parent.key == Field::request) {
    frame.level = Level::request;
  } else if (parent.level == Level::entry && object && parent.key == Field::response) {
    frame.level = Level::response;
  } else {
    frame.index = -1;
  }
  return frame;
}

bool ResourceLocator::Impl::begin(Shape shape) {
  Frame frame;
  const std::size_t at = stream->Tell();
  if (frames.empty()) {
    if (shape != Shape::object) return false;
    frame.level = Level::resource;
    frame.index = in_list ? add(LocatedResource::Role::entry, list_index, 0)
                          : add(LocatedResource::Role::root, 0, LocatedResource::kNone);
  } else {
    if (!check_place(frames.back(), shape)) return false;
    frame = open(frames.back(), shape);
  }
  if (frame.level == Level::resource || frame.level == Level::entry) {
    LocatedResource& resource = of(frame);
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
  const bool bare_entry = frame.level == Level::entry && of(frame).role == LocatedResource::Role::bare_entry;
  if (frame.level == Level::resource || bare_entry) {
    std::string_view& bytes = of(frame).bytes;
    const auto begin = static_cast<std::size_t>(bytes.data() - record.data());
    bytes = record.substr(begin, stream->Tell() + 1 - begin);
  }
  return true;
}

std::int32_t ResourceLocator::Impl::add(LocatedResource::Role role, std::uint32_t entry, std::int32_t parent) {
  if (parent != LocatedResource::kNone) found[static_cast<std::size_t>(parent)].holds_others = true;
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
      if (now == LocatedResource::kNone) continue;
      const bool in_bundle = found[static_cast<std::size_t>(now)].type == kBundle;
      if (in_bundle == (found[i].role == LocatedResource::Role::contained)) continue;
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

void ResourceLocator::Impl::start() {
  texts.clear();
  found.clear();
  entries = 0;
  in_list = false;
}

bool ResourceLocator::Impl::parse(std::string_view text) {
  record = without_byte_order_mark(text);
  frames.clear();
  json::MemoryStream input(record.data(), record.size());
  stream = &input;
  try {
    return !reader.Parse<kFlags>(input, *this).IsError();
  } catch (const JsonAssertion&) {
    return false;  // As in JsonReader.
  }
}

ResourceLocator::Outcome ResourceLocator::Impl::outcome(bool parsed) {
  if (!parsed || found.empty()) return entries > max_entries ? Outcome::too_many_entries : Outcome::malformed;
  drop_what_is_in_no_bundle();
  return Outcome::found;
}

ResourceLocator::Outcome ResourceLocator::locate(std::string_view record) {
  impl_->start();
  return impl_->outcome(impl_->parse(record));
}

ResourceLocator::Outcome ResourceLocator::locate_list(std::span<const std::string_view> texts) {
  Impl& impl = *impl_;
  impl.start();
  impl.add(LocatedResource::Role::root, 0, LocatedResource::kNone);
  impl.found.front().type = kBundle;
  impl.in_list = true;
  bool parsed = true;
  for (std::size_t i = 0; parsed && i < texts.size(); ++i) {
    impl.list_index = static_cast<std::uint32_t>(i);
    parsed = ++impl.entries <= impl.max_entries && (texts[i].empty() || impl.parse(texts[i]));
  }
  return impl.outcome(parsed);
}

}  // namespace coagwatch::fhir
