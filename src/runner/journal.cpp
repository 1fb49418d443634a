// Appends lines; never read back by the one that writes it.
#include "runner/journal.h"

#include "os/process.h"

#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <sys/stat.h>

namespace km::runner {

using jupyter::Json;

std::filesystem::path journal_of(const std::filesystem::path& notebook) {
  std::filesystem::path path = notebook;
  path += ".journal";
  return path;
}

Result<Journal> Journal::create(const std::filesystem::path& path, std::int64_t max_output_bytes) {
  // Removed first: a link or a readable file of somebody else's making must not become the place of
  // our outputs.
  ::unlink(path.c_str());
  os::Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0600));
  if (!file) return fail_errno("cannot write " + path.string());
  const auto self = os::identify(::getpid());
  Json head = {{"journal", kJournalSchema}, {"pid", ::getpid()}, {"max_output", max_output_bytes}};
  if (self) head["start"] = self->start_ticks;
  Journal journal(path, std::move(file), jupyter::to_compact_json(head) + "\n");
  KM_TRY(journal.clear());
  return journal;
}

void Journal::begin(std::size_t cell, const Json& before) {
  cell_ = cell;
  cell_bytes_ = 0;
  cell_start_ = written_ + static_cast<std::int64_t>(buffer_.size());
  line({{"begin", cell}, {"before", before}});
}

void Journal::message(std::string_view type, const Json& content) {
  line({{"message", cell_}, {"type", type}, {"content", content}});
}

void Journal::end(const Json& execution_count, const Json& execution) {
  line({{"cell", cell_}, {"execution_count", execution_count}, {"execution", execution}});
  cell_bytes_ = 0;
}

void Journal::outputs(std::size_t cell, const Json& list) {
  line({{"outputs", cell}, {"list", list}});
}

bool Journal::wants_snapshot(std::int64_t outputs_bytes) const {
  return cell_bytes_ > kSnapshotBytes && cell_bytes_ > 4 * outputs_bytes;
}

void Journal::snapshot(const Json& outputs) {
  // Cut back to where the cell began, in memory and in the file: only the running cell's partial
  // outputs are at stake between this and the next flush().
  if (cell_start_ >= written_) {
    buffer_.resize(static_cast<std::size_t>(cell_start_ - written_));
  } else if (::ftruncate(file_.get(), cell_start_) == 0) {
    written_ = cell_start_;
    buffer_.clear();
  }
  begin(cell_, outputs);
}

Result<> Journal::flush() {
  if (buffer_.empty()) return {};
  return write_out();
}

Result<> Journal::clear() {
  if (::ftruncate(file_.get(), 0) != 0) return fail_errno("cannot shorten " + path_.string());
  written_ = 0;
  buffer_ = head_;
  return write_out();
}

void Journal::remove() {
  buffer_.clear();
  file_.reset();
  ::unlink(path_.c_str());
}

void Journal::line(const Json& object) {
  const std::string text = jupyter::to_compact_json(object);
  cell_bytes_ += static_cast<std::int64_t>(text.size());
  buffer_ += text;
  buffer_ += '\n';
  // A failure shows at the next flush(), whose caller can act on it: the buffer is kept for that.
  if (buffer_.size() > kBufferBytes) static_cast<void>(write_out());
}

Result<> Journal::write_out() {
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t count = ::write(file_.get(), buffer_.data() + done, buffer_.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      auto failure = fail_errno("cannot write " + path_.string());
      // A torn line would hide everything after it; what did not fit is given up.
      if (::ftruncate(file_.get(), written_) == 0) buffer_.clear();
      return failure;
    }
    done += static_cast<std::size_t>(count);
  }
  written_ += static_cast<std::int64_t>(done);
  buffer_.clear();
  return {};
}

}  // namespace km::runner
