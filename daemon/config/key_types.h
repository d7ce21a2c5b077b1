#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/keys.h"

namespace coagwatch::daemon {

/// What is_plain_name() accepts, for people.
inline constexpr const char* kPlainName = "name (letters, digits, . _ -)";

/// What is wrong with a value, or nothing.
using Wrong = std::optional<std::string>;

/// `expected …, not "x"`.
Wrong expected(const std::string& what, const Value& value);

/// A text that `valid` accepts; `what` says what that is.
Key text_key(std::string path, const std::string& what, std::string fallback, std::string meaning,
             bool (*valid)(std::string_view), std::string& (*target)(Config&));

/// A list of texts, each different and accepted by `valid`.
Key list_key(std::string path, const std::string& what, std::string fallback, std::string meaning,
             bool (*valid)(std::string_view), std::vector<std::string>& (*target)(Config&));

/// A key that is a map from names of the site's choice to texts.
Key map_key(std::string path, std::string meaning, Key::Reader read);

/// The key with its value resolved as a path.
Key as_path(Key key);

Key boolean_key(std::string path, std::string fallback, std::string meaning, bool& (*target)(Config&));

/// A duration within `range`, inclusive, handed to `assign`.
Key duration_key(std::string path, const std::pair<std::string, std::string>& range, std::string fallback,
                 std::string meaning, void (*assign)(Config&, std::chrono::microseconds));

/// A whole number within `range`, inclusive; `parse` may allow units.
struct NumberType {
  std::string what;
  std::pair<std::string, std::string> range;
  std::optional<std::uint64_t> (*parse)(std::string_view);
};
/// A plain count.
NumberType number(std::string low, std::string high);
Key number_key(std::string path, const NumberType& type, std::string fallback, std::string meaning,
               void (*assign)(Config&, std::uint64_t));

/// One of a few names. `T& (*target)(Config&)`.
template <typename T, std::size_t N>
Key choice_key(std::string path, const std::array<std::pair<std::string_view, T>, N>& choices, std::string fallback,
               std::string meaning, T& (*target)(Config&)) {
  std::string names;
  std::string marked;
  for (std::size_t i = 0; i < N; ++i) {
    const std::string_view joint = i == 0 ? "" : i + 1 == N ? " or " : ", ";
    names.append(joint).append(choices[i].first);
    marked.append(joint).append("`").append(choices[i].first).append("`");
  }
  Key key{std::move(path), marked, std::move(fallback), std::move(meaning), false, {}, {}};
  key.read = [choices, names, target](Draft& draft, const Value& value) -> Wrong {
    for (const auto& [name, choice] : choices) {
      if (name != value.text) continue;
      target(draft.config) = choice;
      return {};
    }
    return expected(names, value);
  };
  return key;
}

}  // namespace coagwatch::daemon
