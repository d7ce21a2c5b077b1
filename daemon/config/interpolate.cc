#include "daemon/config/interpolate.h"

#include "daemon/config/text_file.h"

namespace coagwatch::daemon {
namespace {

constexpr std::string_view kFile = "file:";
constexpr std::size_t kLongestFile = 64 * 1024;

bool is_variable_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    const bool word = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!word) return false;
  }
  return true;
}

std::optional<std::string> file_text(std::string_view name, const std::string& directory, std::string& wrong) {
  const std::string path = resolved_path(std::string(name), directory);
  std::optional<std::string> text = read_text_file(path, kLongestFile, wrong);
  if (!text) {
    wrong = path + " " + wrong;
    return std::nullopt;
  }
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  return text;
}

std::optional<std::string> replacement(std::string_view inside, const Environment& environment,
                                       const std::string& directory, std::string& wrong) {
  if (inside.starts_with(kFile)) return file_text(inside.substr(kFile.size()), directory, wrong);
  const std::size_t colon = inside.find(':');
  const std::string name(inside.substr(0, colon));
  if (!is_variable_name(name)) {
    wrong = "expected ${VARIABLE}, ${VARIABLE:default} or ${file:path}; a plain ${ is written $${";
    return std::nullopt;
  }
  const auto found = environment.find(name);
  const bool has_default = colon != std::string_view::npos;
  if (found != environment.end() && !(has_default && found->second.empty())) return found->second;
  if (has_default) return std::string(inside.substr(colon + 1));
  wrong = "the environment variable " + name + " is not set; ${" + name + ":default} would give a default";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> interpolated(std::string_view text, const Environment& environment,
                                        const std::string& directory, std::string& wrong) {
  std::string out;
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.starts_with("$${")) {
      out += "${";
      text.remove_prefix(3);
    } else if (text.starts_with("${")) {
      const std::size_t end = text.find('}');
      if (end == std::string_view::npos) {
        wrong = "${ without }; a plain ${ is written $${";
        return std::nullopt;
      }
      const std::optional<std::string> value = replacement(text.substr(2, end - 2), environment, directory, wrong);
      if (!value) return std::nullopt;
      out += *value;
      text.remove_prefix(end + 1);
    } else {
      out += '$';
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace coagwatch::daemon
