// Case folders on disk. A folder that is torn, foreign or not ours to read never hides the others.
#include "store/cases.h"

#include "os/file.h"
#include "store/entry.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <system_error>

#include <sys/stat.h>

namespace km::store {
namespace {

namespace fs = std::filesystem;

constexpr int kSameSecond = 1000;  // cases of one pid in one second that get a name of their own
constexpr std::size_t kSubjectBytes = 4096;

}  // namespace

Result<fs::path> Cases::create(std::int64_t pid_for_id) {
  const fs::path all = home_ / "cases";
  if (auto made = os::make_private_folder(all); !made) {
    return tl::make_unexpected(std::move(made).error().within("cannot keep cases"));
  }
  const std::string base =
      fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(std::time(nullptr)), pid_for_id);
  for (int count = 1; count <= kSameSecond; ++count) {
    fs::path folder = all / (count == 1 ? base : fmt::format("{}-{}", base, count));
    if (::mkdir(folder.c_str(), 0700) == 0) return folder;
    if (errno != EEXIST) return fail_errno(fmt::format("cannot make {}", folder.string()));
  }
  return fail(fmt::format("too many cases named {}", base));
}

std::vector<Cases::Entry> Cases::list() const {
  std::vector<Entry> entries;
  std::error_code error;
  fs::directory_iterator place(home_ / "cases", error);
  while (!error && place != fs::directory_iterator()) {
    std::error_code unreadable;
    if (is_case_id(place->path().filename().string()) && place->is_directory(unreadable)) {
      entries.push_back(read_entry(place->path()));
    }
    place.increment(error);
  }
  // An id begins with its time, so the order of ids is the order of starts.
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.id > b.id; });
  return entries;
}

Result<Cases::Entry> Cases::find(const std::string& id) const {
  std::vector<Entry> entries = list();
  if (id.empty()) {
    const auto newest = std::find_if(entries.begin(), entries.end(),
                                     [](const Entry& entry) { return entry.closed; });
    if (newest != entries.end()) return std::move(*newest);
    return fail(
        fmt::format("nothing has died yet: there is no case below {}; `kernelmedic run "
                    "NOTEBOOK.ipynb` or `kernelmedic exec -- COMMAND` makes one at a death",
                    (home_ / "cases").string()));
  }
  std::vector<Entry> fitting;
  for (Entry& entry : entries) {
    if (entry.id == id) return std::move(entry);
    if (entry.id.starts_with(id)) fitting.push_back(std::move(entry));
  }
  if (fitting.size() == 1) return std::move(fitting.front());
  if (fitting.empty()) {
    return fail(fmt::format("there is no case {}; `kernelmedic cases` lists them", id));
  }
  return fail(fmt::format("{} cases begin with {}, {} and {} among them; give more of the id",
                          fitting.size(), id, fitting[0].id, fitting[1].id));
}

Result<> Cases::note_subject(const std::string& id, std::string_view subject) const {
  std::string line(subject.substr(0, kSubjectBytes));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return os::write_file(folder(id) / kSubjectFile, line + "\n");
}

Result<std::vector<std::string>> Cases::prune(std::size_t keep, std::int64_t max_bytes) {
  std::vector<std::string> removed;
  std::size_t kept = 0;
  std::int64_t bytes = 0;
  for (const Entry& entry : list()) {
    if (!entry.closed) continue;  // still watched, or waiting to be completed
    if (kept < keep && bytes + entry.bytes <= max_bytes) {
      ++kept;
      bytes += entry.bytes;
      continue;
    }
    std::error_code error;
    fs::remove_all(entry.folder, error);
    if (error) {
      return tl::make_unexpected(Error{
          fmt::format("cannot remove {}: {}", entry.folder.string(), error.message()), error});
    }
    removed.push_back(entry.id);
  }
  return removed;
}

}  // namespace km::store
