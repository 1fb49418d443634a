// Case folders: plain files below $KERNELMEDIC_HOME/cases, one folder a case, 0700, files 0600.
//
//   cases/<id>/open.json    while the supervisor lives: who watches whom; removed when it is closed
//   cases/<id>/subject.txt  what is watched, one line: the notebook's path or the command
//   cases/<id>/flight.ring  the flight recorder (supervisor/recorder.h)
//   cases/<id>/case.json    the case file, written at a death
//   cases/<id>/report.json  the report that was made of it
#pragma once

#include "result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::store {

// $KERNELMEDIC_HOME, else the platform's state folder (given by the caller, who may ask the
// system).
class Cases {
 public:
  explicit Cases(std::filesystem::path home) : home_(std::move(home)) {}

  // A new folder with a fresh id ("YYYYMMDD-HHMMSS-PID", made unique).
  Result<std::filesystem::path> create(std::int64_t pid_for_id);

  struct Entry {
    std::string id;
    std::filesystem::path folder;
    bool closed = false;  // a report is there
    std::string time;     // of the death, ISO 8601
    std::string cause;    // of the verdict; empty while open
    std::string title;
    std::string subject;  // what died: notebook or command, for the list
    std::int64_t bytes = 0;
  };
  // Newest first. A folder that cannot be read, or holds half a report, is listed with an empty
  // cause.
  std::vector<Entry> list() const;
  // `id` may be a unique beginning; empty: the newest closed one. The error says what to type next.
  Result<Entry> find(const std::string& id) const;
  // Writes subject.txt, so that the list can tell what died; at most 4 KiB of `subject`, on one
  // line.
  Result<> note_subject(const std::string& id, std::string_view subject) const;
  // Removes closed cases beyond the newest `keep` and beyond `max_bytes` together; returns the
  // removed ids.
  Result<std::vector<std::string>> prune(std::size_t keep = 200,
                                         std::int64_t max_bytes = std::int64_t{1} << 30);

  std::filesystem::path folder(const std::string& id) const { return home_ / "cases" / id; }

 private:
  std::filesystem::path home_;
};

}  // namespace km::store
