#include "fhir/json_slicer.h"

#include <algorithm>

#include "fhir/guarded_rapidjson.h"

namespace coagwatch::fhir {
namespace {

namespace json = guarded_rapidjson;

constexpr unsigned kFlags = json::kParseIterativeFlag | json::kParseNumbersAsStringsFlag;

using Kind = JsonSlice::Kind;

}  // namespace

struct JsonSlicer::Impl : json::BaseReaderHandler<json::UTF8<>, JsonSlicer::Impl> {
  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's handler.
  bool Null() { return scalar(Kind::null, {}); }
  bool Bool(bool /*value*/) { return scalar(Kind::other, {}); }
  bool RawNumber(const char* /*text*/, json::SizeType /*length*/, bool /*copy*/) { return scalar(Kind::other, {}); }
  bool String(const char* text, json::SizeType length, bool /*copy*/) { return scalar(Kind::string, {text, length}); }
  bool Key(const char* text, json::SizeType length, bool /*copy*/) { return key({text, length}); }
  bool StartObject() { return begin(Kind::object); }
  bool EndObject(json::SizeType /*members*/) { return end(); }
  bool StartArray() { return begin(Kind::array); }
  bool EndArray(json::SizeType /*elements*/) { return end(); }
  // NOLINTEND(readability-identifier-naming)

  bool run(std::string_view of, Kind root_kind, std::uint32_t values_at);
  bool key(std::string_view name);
  bool scalar(Kind kind, std::string_view value);
  bool begin(Kind kind);
  bool end();
  bool find_slot();

  json::Reader reader;
  json::MemoryStream* stream = nullptr;
  std::string_view document;
  Kind root = Kind::absent;  // what the text must be
  std::uint32_t level = 0;   // how deep the values stand that are cut out
  std::uint32_t depth = 0;
  JsonSlice* slot = nullptr;  // of the value that comes, or whose end comes; null: nobody wants it
  TextArena* arena = nullptr;
  // Either these, or
  std::span<const std::string_view> names;
  std::span<JsonSlice> found;
  // these.
  std::vector<JsonSlice>* list = nullptr;
  std::size_t most = 0;
};

bool JsonSlicer::Impl::run(std::string_view of, Kind root_kind, std::uint32_t values_at) {
  document = of;
  root = root_kind;
  level = values_at;
  depth = 0;
  slot = level == 0 ? found.data() : nullptr;
  json::MemoryStream input(document.data(), document.size());
  stream = &input;
  try {
    return !reader.Parse<kFlags>(input, *this).IsError();
  } catch (const JsonAssertion&) {
    return false;  // As in JsonReader.
  }
}

bool JsonSlicer::Impl::key(std::string_view name) {
  if (depth != 1 || level != 1) return true;
  const auto wanted = std::ranges::find(names, name);
  slot = wanted == names.end() ? nullptr : &found[static_cast<std::size_t>(wanted - names.begin())];
  if (slot == nullptr) return true;
  const bool twice = slot->present();
  *slot = {};
  slot->twice = twice;
  return true;
}

/// Makes room for a value at the wanted level. False if there are too many.
bool JsonSlicer::Impl::find_slot() {
  if (list == nullptr) return true;
  if (list->size() == most) return false;
  slot = &list->emplace_back();
  return true;
}

bool JsonSlicer::Impl::scalar(Kind kind, std::string_view value) {
  if (depth == 0 && level != 0) return false;
  if (depth != level) return true;
  if (!find_slot()) return false;
  if (slot == nullptr) return true;
  slot->kind = kind;
  if (kind == Kind::string && arena != nullptr) slot->text = arena->join({value});
  return true;
}

bool JsonSlicer::Impl::begin(Kind kind) {
  if (depth == 0 && level != 0 && kind != root) return false;
  if (depth == level) {
    if (!find_slot()) return false;
    if (slot != nullptr) {
      slot->kind = kind;
      slot->text = document.substr(stream->Tell());
    }
  }
  ++depth;
  return true;
}

bool JsonSlicer::Impl::end() {
  --depth;
  if (depth != level || slot == nullptr) return true;
  const auto at = static_cast<std::size_t>(slot->text.data() - document.data());
  slot->text = document.substr(at, stream->Tell() + 1 - at);
  return true;
}

JsonSlicer::JsonSlicer() : impl_(std::make_unique<Impl>()) {}
JsonSlicer::~JsonSlicer() = default;

bool JsonSlicer::members(std::string_view object, std::span<const std::string_view> names, std::span<JsonSlice> found,
                         TextArena& arena) {
  std::ranges::fill(found, JsonSlice{});
  impl_->names = names;
  impl_->found = found;
  impl_->list = nullptr;
  impl_->arena = &arena;
  return impl_->run(object, Kind::object, 1);
}

bool JsonSlicer::elements(std::string_view array, std::size_t most, std::vector<JsonSlice>& found, TextArena* arena) {
  found.clear();
  impl_->names = {};
  impl_->found = {};
  impl_->list = &found;
  impl_->most = most;
  impl_->arena = arena;
  return impl_->run(array, Kind::array, 1);
}

JsonSlice JsonSlicer::whole(std::string_view text, TextArena& arena) {
  JsonSlice value;
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return value;
  if (text[begin] == '{' || text[begin] == '[') {
    return {text[begin] == '{' ? Kind::object : Kind::array, text.substr(begin), false};
  }
  impl_->names = {};
  impl_->found = {&value, 1};
  impl_->list = nullptr;
  impl_->arena = &arena;
  return impl_->run(text, Kind::absent, 0) ? value : JsonSlice{};
}

}  // namespace coagwatch::fhir
