#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/json_pointer.h"
#include "fhir/json_reader.h"
#include "fhir/json_slicer.h"
#include "fhir/text_arena.h"
#include "fhir/verdict.h"

namespace coagwatch::fhir {

/// What a record brings that is no FHIR resource itself.
struct Envelope {
  enum class Kind : std::uint8_t {
    none,                 ///< it is no envelope that is known
    verdict,              ///< nothing can be read from it, or there is nothing in it: `verdict` says why
    resources,            ///< `parts`, in their order
    deletion_of_url,      ///< of what `text` names: `Observation/17/_history/2`
    deletion_of_resource  ///< of the resource that `text` is, as it was: a JSON object
  };
  /// One resource, or what stands in its place.
  struct Part {
    std::string_view bytes;  ///< a JSON object; empty where there is a problem
    Check problem;           ///< why it is none: the envelope is broken there
    std::string_view where;  ///< stands before the problem's text
  };

  Kind kind = Kind::none;
  Verdict verdict;
  std::string_view where;  ///< stands before the verdict's text
  std::vector<Part> parts;
  bool list = false;  ///< the parts are entries; otherwise there is one, as good as a record of its own
  std::string_view text;
};

/// Opens what resources come in: messages of known shapes (CloudEvents, HAPI FHIR, Debezium), and what stands at the
/// JSON pointers of `input.envelope`. It opens no envelopes inside of envelopes.
///
/// Not thread-safe. Keeps its buffers from record to record.
class EnvelopeReader {
 public:
  /// `pointers` must be JSON pointers; what is none is left out.
  EnvelopeReader(std::span<const std::string> pointers, std::uint32_t max_depth, std::size_t max_entries);

  /// Opens a record that JsonReader has read. What is found lives until the next call, and as long as the record.
  const Envelope& open(std::string_view record);

 private:
  /// In what forms a value may stand.
  enum class Accept : std::uint8_t { object, object_or_text, anything };
  struct Members;

  // known_envelopes.cc
  void open_known(std::string_view record);
  void open_cloud_event(const Members& found);
  void open_hapi(const Members& change);
  void open_debezium(const Members& change);

  void open_pointers(std::string_view record);
  void add(const JsonSlice& value, Accept accept, std::string_view where);
  void add_text(std::string_view text, Accept accept, std::string_view where);
  void add_elements(std::string_view array, std::string_view where);
  void refuse(const Verdict& verdict, std::string_view where = {});

  std::vector<JsonPointer> pointers_;
  std::size_t max_entries_;
  Envelope envelope_;
  bool removal_ = false;  // the message says that something was deleted, whatever else stands in it
  JsonSlicer slicer_;
  JsonReader reader_;
  Observation unused_;
  std::vector<JsonSlice> elements_;
  TextArena texts_;
};

}  // namespace coagwatch::fhir
