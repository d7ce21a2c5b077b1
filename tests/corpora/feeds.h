#pragma once

#include <filesystem>
#include <string>

namespace coagwatch::corpora {

/// The records of a corpus as `replay` reads them.
struct Feed {
  std::string ndjson;
  std::size_t records = 0;

  void add(const std::string& record);
};

/// A file of records, one a line.
Feed lines_of(const std::filesystem::path& file);

/// The `.json` files of a folder, by name, each a record; line breaks are taken out, nothing else.
Feed files_of(const std::filesystem::path& folder);

/// Values of primitive types, each in an Observation of its own, as `members.tsv` of the folder says: `v7` of
/// `Patient/v7` is the seventh.
Feed primitives_of(const std::filesystem::path& folder);

}  // namespace coagwatch::corpora
