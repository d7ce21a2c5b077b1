#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace coagwatch::daemon {

/// The whole file, or nullopt with `wrong` saying why: `cannot be read: No such file or directory`.
std::optional<std::string> read_text_file(const std::string& path, std::size_t limit, std::string& wrong);

/// `path` as seen from `directory`, where it is relative; an empty `directory` is the working directory.
std::string resolved_path(const std::string& path, const std::string& directory);

}  // namespace coagwatch::daemon
