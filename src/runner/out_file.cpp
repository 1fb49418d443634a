// The journal for every output, the whole notebook now and then.
#include "runner/out_file.h"

#include <algorithm>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace km::runner {

using Clock = std::chrono::steady_clock;

void RewriteRate::wrote(Time now, Clock::duration took) {
  next_ = now + std::max<Clock::duration>(kAtLeast, took * kTimesItsCost);
}

void keep_timing(jupyter::Json& cell, const jupyter::Json& execution) {
  jupyter::Json& metadata = cell["metadata"];
  if (!metadata.is_object()) metadata = jupyter::Json::object();
  metadata["execution"] = execution;
}

Result<OutFile> OutFile::open(std::filesystem::path path, jupyter::Notebook notebook) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return fail("cannot write " + path.string() + ": it is a folder");
  KM_ASSIGN(os::AtomicFile first, os::AtomicFile::create(path));
  KM_TRY(first.write(notebook.to_text()));
  return OutFile(std::move(path), std::move(notebook), std::move(first));
}

Result<> OutFile::start(std::int64_t max_output_bytes) {
  KM_TRY(first_->commit());
  first_.reset();
  KM_ASSIGN(journal_, Journal::create(journal_of(path_), max_output_bytes));
  rate_.wrote(Clock::now(), {});
  return {};
}

void OutFile::begin(std::size_t cell, const jupyter::Json& before) {
  cell_ = cell;
  fresh_ = false;
  journal_->begin(cell, before);
}

void OutFile::message(std::string_view type, const jupyter::Json& content,
                      const jupyter::CellOutputs& outputs) {
  fresh_ = true;
  // Beyond --max-output the journal need not grow; end() writes what was kept.
  if (!outputs.truncated()) journal_->message(type, content);
}

void OutFile::progress(const jupyter::CellOutputs& outputs, RewriteRate::Time now) {
  if (journal_->wants_snapshot(outputs.bytes())) journal_->snapshot(outputs.to_json());
  note(journal_->flush());
  if (!fresh_ || !rate_.due(now)) return;
  fresh_ = false;
  notebook_.cell(cell_)["outputs"] = outputs.to_json();
  note(write());  // the journal stays: it must be able to tell this cell from its beginning
}

void OutFile::end(bool all_outputs, RewriteRate::Time now) {
  if (all_outputs) journal_->snapshot(notebook_.cell(cell_)["outputs"]);
  const auto& cell = notebook_.cell(cell_);
  journal_->end(jupyter::member(cell, "execution_count"),
                jupyter::member(jupyter::member(cell, "metadata"), "execution"));
  note(journal_->flush());
  if (rate_.due(now)) write_now();
}

void OutFile::changed(std::size_t cell, const jupyter::CellOutputs& outputs) {
  notebook_.cell(cell)["outputs"] = outputs.to_json();
  journal_->outputs(cell, notebook_.cell(cell)["outputs"]);
}

void OutFile::write_now() {
  auto written = write();
  if (written) written = journal_->clear();
  note(std::move(written));
}

Result<> OutFile::close(const std::filesystem::path& rescue_folder) {
  auto written = write();
  if (written) {
    journal_->remove();
    return {};
  }
  note(journal_->flush());
  Error error = std::move(written).error();
  const auto rescue =
      rescue_folder / (path_.stem().string() + "-" + std::to_string(::getpid()) + ".ipynb");
  if (os::make_private_folder(rescue_folder) && os::write_file(rescue, notebook_.to_text())) {
    error.what += "; the finished notebook is in " + rescue.string();
  }
  return tl::make_unexpected(std::move(error));
}

std::optional<Error> OutFile::take_trouble() {
  if (!trouble_ || trouble_told_) return std::nullopt;
  trouble_told_ = true;
  return trouble_;
}

Result<> OutFile::write() {
  const auto begin = Clock::now();
  auto written = os::write_file(path_, notebook_.to_text());
  const auto end = Clock::now();
  rate_.wrote(end, end - begin);
  return written;
}

void OutFile::note(Result<> outcome) {
  if (!outcome && !trouble_) trouble_ = std::move(outcome).error();
}

}  // namespace km::runner
