#include "daemon/cli/feed_reader.h"

#include "daemon/cli/line_reader.h"
#include "fhir/capture_line.h"

namespace coagwatch::daemon {
namespace {

constexpr std::uint64_t kCaptureFormat = 1;
// How a capture's first line begins (daemon/kafka/capture_format.md).
constexpr std::string_view kCaptureHead = R"({"coagwatch-capture":)";

/// The headers of a captured record.
class CapturedHeaders : public fhir::RecordHeaders {
 public:
  explicit CapturedHeaders(const fhir::CaptureLine& line) : line_(line) {}
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const override {
    std::optional<std::string_view> last;
    for (const auto& [known, value] : line_.headers) {
      if (known == name) last = value;
    }
    return last;
  }
  void list(std::vector<std::pair<std::string_view, std::string_view>>& out) const override {
    for (const auto& [name, value] : line_.headers) out.emplace_back(name, value);
  }

 private:
  const fhir::CaptureLine& line_;
};

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

struct FeedReader::Impl {
  explicit Impl(std::vector<std::string> files) : lines(std::move(files)) {}

  LineReader lines;
  Form form = Form::ndjson;
  std::int64_t next_offset = 0;
  fhir::CaptureLine captured;
  const CapturedHeaders headers{captured};
  std::string topic;
  std::string error;
  InputRecord record;

  const InputRecord* fail(const std::string& what) {
    error = lines.place() + what;
    return nullptr;
  }

  const InputRecord* from_ndjson() {
    record = InputRecord{};
    record.offset = next_offset++;
    record.value = lines.line();
    return &record;
  }

  /// nullptr without an error for the header line.
  const InputRecord* from_capture() {
    if (auto problem = fhir::parse_capture_line(lines.line(), captured)) return fail(*problem);
    if (captured.header) {
      if (captured.format != kCaptureFormat) return fail("unknown capture format " + std::to_string(captured.format));
      topic = captured.topic;
      return nullptr;
    }
    record = InputRecord{};
    record.partition = captured.partition;
    record.offset = captured.offset;
    if (captured.timestamp_millis >= 0) record.time = rules::Timestamp::from_millis(captured.timestamp_millis);
    if (captured.key) record.key = *captured.key;
    if (captured.value) record.value = *captured.value;
    if (!captured.headers.empty()) record.headers = &headers;
    return &record;
  }
};

FeedReader::FeedReader(std::vector<std::string> files) : impl_(std::make_unique<Impl>(std::move(files))) {}
FeedReader::~FeedReader() = default;

const InputRecord* FeedReader::next() {
  Impl& impl = *impl_;
  while (impl.error.empty() && impl.lines.next()) {
    const std::string_view line = impl.lines.line();
    if (impl.lines.first_of_file()) {
      const Form form = line.starts_with(kCaptureHead) ? Form::capture : Form::ndjson;
      if (impl.lines.count() > 1 && form != impl.form) return impl.fail("captures and plain files cannot be one feed");
      impl.form = form;
    }
    // Blank lines separate records in some NDJSON files; they are no records themselves.
    if (is_blank(line)) continue;
    const InputRecord* record = impl.form == Form::capture ? impl.from_capture() : impl.from_ndjson();
    if (record != nullptr) return record;
  }
  return nullptr;
}

FeedReader::Form FeedReader::form() const { return impl_->form; }
std::uint64_t FeedReader::line() const { return impl_->lines.count(); }
const std::string& FeedReader::topic() const { return impl_->topic; }
std::uint64_t FeedReader::consumed() const { return impl_->lines.consumed(); }
const std::string& FeedReader::error() const { return impl_->error.empty() ? impl_->lines.error() : impl_->error; }

}  // namespace coagwatch::daemon
