#include "daemon/cli/report_job.h"

#include <cerrno>
#include <system_error>

#include "daemon/config/text_file.h"
#include "daemon/report/page.h"

namespace coagwatch::daemon {
namespace {

constexpr std::size_t kMaxOutcomes = std::size_t{64} * 1024 * 1024;

std::string last_error() { return std::generic_category().message(errno); }

}  // namespace

ReportJob::ReportJob(const ReplayOptions& options, const std::shared_ptr<const Setup>& setup)
    : options_(options),
      setup_(setup),
      collector_(setup->rules, setup->config.window.window),
      unfinished_(options.report + ".unfinished") {}

ReportJob::~ReportJob() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::remove(unfinished_.c_str());
}

std::optional<std::string> ReportJob::prepare(const ReplayOptions& options, const std::shared_ptr<const Setup>& setup,
                                              std::unique_ptr<ReportJob>& job) {
  job.reset(new ReportJob(options, setup));
  if (!options.outcomes.empty()) {
    std::string wrong;
    const auto text = read_text_file(options.outcomes, kMaxOutcomes, wrong);
    if (!text) return options.outcomes + ": " + wrong;
    if (const auto problem = job->outcomes_.read(*text, setup->config.time_zone)) {
      return options.outcomes + ": " + *problem;
    }
  }
  job->file_ = std::fopen(job->unfinished_.c_str(), "wb");
  if (job->file_ == nullptr) return options.report + ": cannot be written: " + last_error();
  return std::nullopt;
}

std::optional<std::string> ReportJob::write(std::uint64_t records, bool event_time) {
  Findings& findings = collector_.findings();
  findings.records = records;
  const ReportSource source{findings,         setup_->rules, setup_->config,
                            options_.files,   event_time,    options_.outcomes.empty() ? nullptr : &outcomes_,
                            options_.outcomes};
  const std::string page = report_page(source, {options_.report_patients, options_.report_keys});
  const bool written = std::fwrite(page.data(), 1, page.size(), file_) == page.size();
  const bool closed = std::fclose(file_) == 0;
  file_ = nullptr;
  if (written && closed && std::rename(unfinished_.c_str(), options_.report.c_str()) == 0) return std::nullopt;
  const std::string why = last_error();
  std::remove(unfinished_.c_str());
  return options_.report + ": cannot be written: " + why;
}

}  // namespace coagwatch::daemon
