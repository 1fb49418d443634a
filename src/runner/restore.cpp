// Puts OUT.ipynb and the journal of a killed run together again.
#include "jupyter/notebook.h"
#include "jupyter/outputs.h"
#include "os/file.h"
#include "os/process.h"
#include "runner/journal.h"
#include "runner/out_file.h"
#include "runner/run.h"

#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace km::runner {
namespace {

using jupyter::Json;
using jupyter::member;

std::optional<std::int64_t> integer(const Json& json, std::string_view name) {
  const Json& value = member(json, name);
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<std::int64_t>();
}

// Applies journal lines to a notebook; a line that makes no sense has no effect.
class Replay {
 public:
  Replay(jupyter::Notebook& notebook, std::int64_t max_output_bytes)
      : notebook_(notebook), max_output_bytes_(max_output_bytes) {}

  void line(const Json& line) {
    if (const auto cell = cell_of(line, "begin")) return begin(*cell, member(line, "before"));
    if (cell_of(line, "message")) return message(line);
    if (const auto cell = cell_of(line, "cell")) return end(*cell, line);
    if (const auto cell = cell_of(line, "outputs")) {
      if (member(line, "list").is_array()) put(*cell, member(line, "list"));
    }
  }

  // The cell that was running when the run was killed keeps what it had, and says so.
  void finish() {
    if (!running_) return;
    outputs_.add_stream(
        "stderr", "kernelmedic was killed while this cell was running; the output ends here.\n");
    put(*running_, outputs_.to_json());
  }

  int changes() const { return changes_; }

 private:
  std::optional<std::size_t> cell_of(const Json& line, std::string_view name) const {
    const auto index = integer(line, name);
    if (!index || *index < 0 || static_cast<std::size_t>(*index) >= notebook_.size())
      return std::nullopt;
    const auto cell = static_cast<std::size_t>(*index);
    if (!notebook_.is_code(cell)) return std::nullopt;
    return cell;
  }

  void begin(std::size_t cell, const Json& before) {
    running_ = cell;
    outputs_ = jupyter::CellOutputs(max_output_bytes_);
    if (!before.is_array()) return;
    for (const Json& note : before) outputs_.add_output(note);
  }

  void message(const Json& line) {
    if (!running_) return;
    jupyter::Message message;
    message.type = jupyter::text_member(line, "type");
    message.content = member(line, "content");
    outputs_.add(message);
    ++changes_;
  }

  void end(std::size_t cell, const Json& line) {
    if (running_ != cell) return;
    put(cell, outputs_.to_json());
    notebook_.cell(cell)["execution_count"] = member(line, "execution_count");
    if (member(line, "execution").is_object())
      keep_timing(notebook_.cell(cell), member(line, "execution"));
    running_.reset();
  }

  void put(std::size_t cell, Json outputs) {
    notebook_.cell(cell)["outputs"] = std::move(outputs);
    ++changes_;
  }

  jupyter::Notebook& notebook_;  // of the caller, who outlives this
  std::int64_t max_output_bytes_;
  std::optional<std::size_t> running_;
  jupyter::CellOutputs outputs_{0};
  int changes_ = 0;
};

bool owner_lives(const Json& head) {
  const auto pid = integer(head, "pid");
  const auto start = integer(head, "start");
  if (!pid || !start) return false;
  return os::is_alive({static_cast<pid_t>(*pid), static_cast<std::uint64_t>(*start)});
}

}  // namespace

Result<bool> restore_from_journal(const std::filesystem::path& journal,
                                  const std::filesystem::path& notebook) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(journal, ignored)) return false;
  std::ifstream lines(journal, std::ios::binary);
  std::string line;
  if (!std::getline(lines, line))
    return fail("the journal " + journal.string() + " is empty or cannot be read");
  const auto head = jupyter::parse_json(line);
  if (!head || jupyter::text_member(*head, "journal") != kJournalSchema) {
    return fail(journal.string() + " is no journal of a notebook run");
  }
  if (owner_lives(*head)) return false;
  KM_ASSIGN(const std::string text, os::read_file(notebook, kLargestNotebook));
  KM_ASSIGN(jupyter::Notebook restored, jupyter::Notebook::parse(text));
  Replay replay(restored, integer(*head, "max_output").value_or(50LL << 20U));
  while (std::getline(lines, line)) {
    const auto parsed = jupyter::parse_json(line);
    if (!parsed) break;  // the last line may be torn; what follows a torn line is not ours
    replay.line(*parsed);
  }
  replay.finish();
  if (replay.changes() > 0) KM_TRY(os::write_file(notebook, restored.to_text()));
  std::filesystem::remove(journal, ignored);
  return replay.changes() > 0;
}

}  // namespace km::runner
