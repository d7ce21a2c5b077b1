#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace coagwatch::daemon {

/// `true`, `yes`, `false`, `no`.
std::optional<bool> parse_boolean(std::string_view text);

/// A whole number without sign or separators.
std::optional<std::uint64_t> parse_count(std::string_view text);

/// A length of time with its unit, `100ms`, `2 ms`, `24h`, `7d`: a whole number of us, ms, s, min, h or d. No unit is
/// no duration. nullopt if it does not fit.
std::optional<std::chrono::microseconds> parse_duration(std::string_view text);

/// A size, `4MiB`, `64 KiB`, `1000`: a whole number of bytes (or B), kB, MB, GB, KiB, MiB or GiB. nullopt if it does
/// not fit.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// True for what Kafka takes as a topic name: 1-249 of letters, digits, `.`, `_`, `-`; not `.` or `..`.
bool is_topic_name(std::string_view text);

/// True for a name that is safe in transactional ids, file names and labels: 1-128 of letters, digits, `.`, `_`, `-`.
bool is_plain_name(std::string_view text);

/// True for `host:port,host:port`, blanks around commas allowed; a protocol before the host (`SSL://`) is Kafka's to
/// judge.
bool is_broker_list(std::string_view text);

/// True for an absolute http, https or urn URI without trailing separator.
bool is_identifier_base(std::string_view text);
/// The same of http or https.
bool is_server_base(std::string_view text);

}  // namespace coagwatch::daemon
