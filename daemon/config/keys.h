#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"

namespace coagwatch::daemon {

/// One value as a key's reader sees it, after substitution.
struct Value {
  std::string text;
  std::string shown;      ///< as written, shortened, for messages
  std::string name;       ///< what stands for `*` in the key, `sasl.password`
  std::string directory;  ///< relative paths are seen from here
  Place place;
};

/// A site's amount of a measure while it is read: complete only when both halves are there.
struct Amount {
  std::optional<Value> value;
  std::optional<Value> unit;
};
using Amounts = std::map<std::string, Amount>;  ///< by measure

/// A configuration in the making.
struct Draft {
  Config config;
  Amounts upper_limits;
  Amounts caps;
  Amounts floors;
  std::map<std::string, Value> d_dimer_at_fdp;  ///< by FDP as written
};

/// What a key is: one row of the reference, and how its value gets into the Config.
struct Key {
  /// Takes the value, or says what is wrong with it (never repeating a secret).
  using Reader = std::function<std::optional<std::string>(Draft&, const Value&)>;

  std::string path;      ///< `kafka.brokers`; `kafka.properties.*` for a map with names of the site's choice
  std::string type;      ///< for people: `duration, 1ms to 10s`
  std::string fallback;  ///< the default as one would write it; empty: none
  std::string meaning;
  bool list = false;  ///< the reader is called for each item, after `clear`
  std::function<void(Draft&)> clear;
  Reader read;
  bool one_without_list = false;  ///< of a list: a single item may be written as a plain value
};

/// All keys, in the order of the reference.
const std::vector<Key>& config_keys();

}  // namespace coagwatch::daemon
