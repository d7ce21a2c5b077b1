#include "fhir/identifiers.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "fhir/identity.h"
#include "fhir/utf8.h"

namespace coagwatch::fhir {
namespace {

__extension__ using Wide = unsigned __int128;

bool is_http(std::string_view uri) { return uri.starts_with("http://") || uri.starts_with("https://"); }

bool is_alphanumeric(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_unreserved(char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

constexpr std::string_view kEncodedMark = "percent:";

// Characters besides controls that a URI cannot hold, so that text with them is no URI.
bool is_uri(std::string_view text) {
  const bool has_scheme = text.find(':') != std::string_view::npos;
  return has_scheme && std::ranges::all_of(text, [](char c) {
           return c > ' ' && c < 0x7F && std::string_view("<>\"{}|\\^`").find(c) == std::string_view::npos;
         });
}

bool is_oid(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '2') return false;
  text.remove_prefix(1);
  if (text.empty()) return false;
  while (!text.empty()) {
    if (text[0] != '.') return false;
    const std::string_view arc = text.substr(1, text.find('.', 1) - 1);
    const bool digits = std::ranges::all_of(arc, [](char c) { return c >= '0' && c <= '9'; });
    if (arc.empty() || !digits || (arc.size() > 1 && arc[0] == '0')) return false;
    text.remove_prefix(arc.size() + 1);
  }
  return true;
}

bool is_uuid(std::string_view text) {
  constexpr std::string_view kPattern = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return text.size() == kPattern.size() && std::ranges::equal(text, kPattern, [](char c, char pattern) {
           return pattern == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// A URI that FHIR accepts as it is: what looks like an OID or a UUID must be one.
bool is_fhir_uri(std::string_view text) {
  constexpr std::string_view kOid = "urn:oid:";
  constexpr std::string_view kUuid = "urn:uuid:";
  if (text.starts_with(kOid)) return is_oid(text.substr(kOid.size()));
  if (text.starts_with(kUuid)) return is_uuid(text.substr(kUuid.size()));
  return is_uri(text);
}

// `type/id` with a FHIR id (regex [A-Za-z0-9\-\.]{1,64}), alone or after a base, optionally with /_history/version.
bool names_resource(std::string_view reference, std::string_view type) {
  const auto is_id = [](std::string_view id) {
    return !id.empty() && id.size() <= 64 &&
           std::ranges::all_of(id, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
  };
  if (const auto history = reference.rfind(kHistory); history != std::string_view::npos) {
    if (!is_id(reference.substr(history + kHistory.size()))) return false;
    reference = reference.substr(0, history);
  }
  const auto slash = reference.rfind('/');
  if (slash == std::string_view::npos || !is_id(reference.substr(slash + 1))) return false;
  const std::string_view before = reference.substr(0, slash);
  if (before == type) return true;
  return is_http(before) && is_uri(before) && before.ends_with(type) && before[before.size() - type.size() - 1] == '/';
}

}  // namespace

std::string system_uri(std::string_view base, std::string_view kind, std::string_view name) {
  const char separator = is_http(base) ? '/' : ':';
  while (base.ends_with(separator)) base.remove_suffix(1);
  std::string uri;
  uri.reserve(base.size() + kind.size() + name.size() + 2);
  uri.append(base).append(1, separator).append(kind).append(1, separator).append(name);
  return uri;
}

void percent_encode(std::string_view text, std::string& out) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
  }
}

std::string portable_key(std::string_view key) {
  const bool as_it_is =
      !key.empty() && key.front() != ' ' && key.back() != ' ' && !key.starts_with(kEncodedMark) &&
      std::ranges::none_of(key, [](char c) { return is_control(c) || c == ',' || c == '$' || c == '\\'; }) &&
      is_utf8(key);
  if (as_it_is) return std::string(key);
  std::string encoded(kEncodedMark);
  percent_encode(key, encoded);
  return encoded;
}

std::string conditional_url(std::string_view type, std::string_view system, std::string_view value) {
  std::string url(type);
  url += "?identifier=";
  for (const char c : system) {
    // A system is a URI already; what would end or split the query must not show.
    if (c == ':' || c == '/') {
      url += c;
    } else {
      percent_encode(std::string_view(&c, 1), url);
    }
  }
  url += '|';
  percent_encode(value, url);
  return url;
}

std::string uuid_urn(std::string_view system, std::string_view value) {
  constexpr Wide kPrime = (Wide{1} << 88U) | 0x13BU;
  Wide hash = (Wide{0x6C62272E07BB0142U} << 64U) | 0x62B821756295C58DU;
  const auto add = [&hash](char c) {
    hash ^= static_cast<unsigned char>(c);
    hash *= kPrime;
  };
  for (const char c : system) add(c);
  add('\0');
  for (const char c : value) add(c);

  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(hash >> (8 * (15 - i)));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x80U);  // version 8
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);  // variant of RFC 9562

  constexpr std::string_view kHex = "0123456789abcdef";
  std::string urn = "urn:uuid:";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) urn += '-';
    urn += kHex[bytes[i] >> 4U];
    urn += kHex[bytes[i] & 0xFU];
  }
  return urn;
}

SubjectReference subject_reference(std::string_view key) {
  if (names_resource(key, "Patient")) return {std::string(key), {}, {}};
  if (key.starts_with("urn:") && is_fhir_uri(key)) return {{}, "urn:ietf:rfc:3986", std::string(key)};
  const auto bar = key.find('|');
  if (bar == std::string_view::npos) return {{}, {}, portable_key(key)};
  const std::string_view system = key.substr(0, bar);
  const std::string_view value = key.substr(bar + 1);
  if (is_http(system)) {
    std::string url(system.substr(0, system.find_last_not_of('/') + 1));
    url.append(1, '/').append(value);
    if (value.starts_with("Patient/") && names_resource(url, "Patient")) return {url, {}, {}};
  }
  if (is_fhir_uri(system) && !value.empty() && portable_key(value) == value) {
    return {{}, std::string(system), std::string(value)};
  }
  return {{}, {}, portable_key(key)};
}

bool is_observation_reference(std::string_view source) { return names_resource(source, "Observation"); }

}  // namespace coagwatch::fhir
