#include "daemon/config/key_types.h"

#include <algorithm>

#include "daemon/config/text_file.h"
#include "daemon/config/values.h"

namespace coagwatch::daemon {

using std::chrono::microseconds;

Wrong expected(const std::string& what, const Value& value) { return "expected " + what + ", not " + value.shown; }

Key text_key(std::string path, const std::string& what, std::string fallback, std::string meaning,
             bool (*valid)(std::string_view), std::string& (*target)(Config&)) {
  Key key{std::move(path), what, std::move(fallback), std::move(meaning), false, {}, {}};
  key.read = [what, valid, target](Draft& draft, const Value& value) -> Wrong {
    if (!valid(value.text)) return expected(what, value);
    target(draft.config) = value.text;
    return {};
  };
  return key;
}

Key list_key(std::string path, const std::string& what, std::string fallback, std::string meaning,
             bool (*valid)(std::string_view), std::vector<std::string>& (*target)(Config&)) {
  Key key{std::move(path), "list of " + what + "s", std::move(fallback), std::move(meaning), true, {}, {}};
  key.clear = [target](Draft& draft) { target(draft.config).clear(); };
  key.read = [what, valid, target](Draft& draft, const Value& value) -> Wrong {
    if (!valid(value.text)) return expected(what, value);
    std::vector<std::string>& all = target(draft.config);
    if (std::find(all.begin(), all.end(), value.text) != all.end()) return value.shown + " is listed twice";
    all.push_back(value.text);
    return {};
  };
  return key;
}

Key boolean_key(std::string path, std::string fallback, std::string meaning, bool& (*target)(Config&)) {
  Key key{std::move(path), "`yes` or `no`", std::move(fallback), std::move(meaning), false, {}, {}};
  key.read = [target](Draft& draft, const Value& value) -> Wrong {
    const std::optional<bool> parsed = parse_boolean(value.text);
    if (!parsed) return expected("yes or no", value);
    target(draft.config) = *parsed;
    return {};
  };
  return key;
}

Key number_key(std::string path, const NumberType& type, std::string fallback, std::string meaning,
               void (*assign)(Config&, std::uint64_t)) {
  const std::string shown = type.what + ", " + type.range.first + " to " + type.range.second;
  const std::uint64_t low = type.parse(type.range.first).value();
  const std::uint64_t high = type.parse(type.range.second).value();
  Key key{std::move(path), shown, std::move(fallback), std::move(meaning), false, {}, {}};
  key.read = [shown, low, high, parse = type.parse, assign](Draft& draft, const Value& value) -> Wrong {
    const std::optional<std::uint64_t> parsed = parse(value.text);
    if (!parsed || *parsed < low || *parsed > high) return expected("a " + shown, value);
    assign(draft.config, *parsed);
    return {};
  };
  return key;
}

NumberType number(std::string low, std::string high) {
  return {"number", {std::move(low), std::move(high)}, parse_count};
}

Key duration_key(std::string path, const std::pair<std::string, std::string>& range, std::string fallback,
                 std::string meaning, void (*assign)(Config&, microseconds)) {
  const std::string ends = range.first + " to " + range.second;
  const std::string type = "duration, " + ends;
  const microseconds low = parse_duration(range.first).value();
  const microseconds high = parse_duration(range.second).value();
  Key key{std::move(path), type, std::move(fallback), std::move(meaning), false, {}, {}};
  key.read = [type, ends, low, high, assign](Draft& draft, const Value& value) -> Wrong {
    const std::optional<microseconds> parsed = parse_duration(value.text);
    if (!parsed) return expected("a duration in us, ms, s, min, h or d, " + ends, value);
    if (*parsed < low || *parsed > high) return expected("a " + type, value);
    assign(draft.config, *parsed);
    return {};
  };
  return key;
}

Key map_key(std::string path, std::string meaning, Key::Reader read) {
  return {std::move(path), "text", "", std::move(meaning), false, {}, std::move(read)};
}

Key as_path(Key key) {
  key.read = [read = std::move(key.read)](Draft& draft, const Value& value) {
    Value resolved = value;
    if (!value.text.empty()) resolved.text = resolved_path(value.text, value.directory);
    return read(draft, resolved);
  };
  return key;
}

}  // namespace coagwatch::daemon
