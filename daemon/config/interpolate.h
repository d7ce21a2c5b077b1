#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/config/config.h"

namespace coagwatch::daemon {

/// Replaces `${VAR}` (must be set), `${VAR:default}` (default where VAR is unset or empty) and `${file:path}` (the
/// file's text without its final line break, at most 64 KiB; relative to `directory`) in `text`; `$${` stands for `${`.
/// What comes in is not looked at again, so a secret may hold any character. On failure returns nullopt with `wrong`
/// saying why, without any value.
std::optional<std::string> interpolated(std::string_view text, const Environment& environment,
                                        const std::string& directory, std::string& wrong);

}  // namespace coagwatch::daemon
