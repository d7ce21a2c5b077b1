// What it costs to bring one laboratory Observation from bytes to an applied result, beside the least that reading the
// same bytes costs: RapidJSON's reader, as strict as ours (in place, iterative, UTF-8 validated, numbers as text), with
// a handler that does nothing. `tests/bench/intake` runs it and prints the ratios.

#include "fhir/intake.h"

#include <benchmark/benchmark.h>
#include <rapidjson/reader.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "rules/patient/patient_state.h"
#include "tests/bench/intake_records.h"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// Every allocation of the process is counted. Inlined, the pair would look mismatched to the compiler.
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace coagwatch::bench {
namespace {

// 256 days of one patient.
constexpr std::size_t kRecords = 4096;

const std::vector<std::string>& records(RecordKind kind) {
  static const std::vector<std::string> plain = intake_records(RecordKind::plain, kRecords);
  static const std::vector<std::string> full = intake_records(RecordKind::full, kRecords);
  return kind == RecordKind::plain ? plain : full;
}

/// Goes round the records; `work(bytes)` is what is measured, `again()` is called before each round and is not.
template <typename Work, typename Again>
void measure(benchmark::State& state, RecordKind kind, const Work& work, const Again& again) {
  const std::vector<std::string>& all = records(kind);
  std::size_t bytes = 0;
  for (const std::string& record : all) bytes += record.size();
  for (const std::string& record : all) work(record);  // buffers reach their size
  std::uint64_t counted = 0;
  std::uint64_t before = allocations;
  std::size_t i = 0;
  for ([[maybe_unused]] const auto _ : state) {
    if (i == 0) {
      state.PauseTiming();
      counted += allocations - before;
      again();
      before = allocations;
      state.ResumeTiming();
    }
    work(all[i]);
    i = i + 1 == all.size() ? 0 : i + 1;
  }
  counted += allocations - before;
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(all.size());
  state.counters["allocations"] = static_cast<double>(counted) / static_cast<double>(state.iterations());
}

void sax(benchmark::State& state, RecordKind kind) {
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;
  struct Nothing : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Nothing> {};
  std::string buffer;
  rapidjson::Reader reader;
  Nothing nothing;
  const auto work = [&](const std::string& record) {
    buffer.assign(record);
    rapidjson::InsituStringStream stream(buffer.data());
    bool read = !reader.Parse<kFlags>(stream, nothing).IsError();
    benchmark::DoNotOptimize(read);
  };
  measure(state, kind, work, [] {});
}

struct Setup {
  fhir::Terminology terminology;
  rules::SiteProfile site;
  fhir::Intake intake{terminology, site, fhir::IntakeLimits(), fhir::TimeZone(), "urn:coagwatch"};
};

void intake(benchmark::State& state, RecordKind kind) {
  Setup setup;
  const auto work = [&](const std::string& record) {
    const auto items = setup.intake.read(record, {});
    if (items[0].disposition != fhir::Disposition::candidate) state.SkipWithError("a record was not taken");
  };
  measure(state, kind, work, [] {});
}

void applied(benchmark::State& state, RecordKind kind) {
  Setup setup;
  rules::PatientState patient;
  const rules::WindowLimits limits;
  const auto work = [&](const std::string& record) {
    const auto items = setup.intake.read(record, {});
    if (rules::apply(patient, items[0].change, limits).outcome != rules::ApplyOutcome::applied) {
      state.SkipWithError("a record was not applied");
    }
  };
  measure(state, kind, work, [&] { patient.clear(); });
}

BENCHMARK_CAPTURE(sax, plain, RecordKind::plain);
BENCHMARK_CAPTURE(intake, plain, RecordKind::plain);
BENCHMARK_CAPTURE(applied, plain, RecordKind::plain);
BENCHMARK_CAPTURE(sax, full, RecordKind::full);
BENCHMARK_CAPTURE(intake, full, RecordKind::full);
BENCHMARK_CAPTURE(applied, full, RecordKind::full);

}  // namespace
}  // namespace coagwatch::bench

BENCHMARK_MAIN();
