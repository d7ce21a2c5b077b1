#include <string>
#include <string_view>

#include "daemon/config/config.h"
#include "daemon/config/keys.h"

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Configuration reference

Written by the program from its table of keys; a test compares the two.

A configuration file is YAML. Every key can be set by an environment variable too, which goes before the file:
`COAGWATCH_KAFKA__CREATE_TOPICS=yes` sets `kafka.create-topics`: `__` separates levels, `_` stands for `-` (for `.`
in the names below `kafka.properties`), lists are separated by commas. A list replaces a list.

Values may hold `${VARIABLE}`, `${VARIABLE:default}` and `${file:path}`, which is the text of a file, for secrets; a
plain `${` is written `$${`. Durations have a unit: `us`, `ms`, `s`, `min`, `h`, `d`. Sizes may have one: `kB`, `MB`,
`GB`, `KiB`, `MiB`, `GiB`. Relative paths are seen from the file that names them. An unknown key is an error.

| key | value | default | meaning |
|---|---|---|---|
)";

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string config_reference() {
  std::string out(kIntroduction);
  for (const Key& key : config_keys()) {
    std::string path = key.path;
    if (const std::size_t star = path.find('*'); star != std::string::npos) path.replace(star, 1, "NAME");
    out += "| `" + path + "` | " + cell(key.type) + " | ";
    if (!key.fallback.empty()) out += "`" + cell(key.fallback) + "`";
    out += " | " + cell(key.meaning) + " |\n";
  }
  return out;
}

}  // namespace coagwatch::daemon
