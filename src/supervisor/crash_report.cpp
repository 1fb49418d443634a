#include "supervisor/crash_report.h"

#include "os/file.h"
#include "readers/readers.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace km::supervisor {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr milliseconds kEvery{100};
constexpr std::int64_t kMostBytes = std::int64_t{32} * 1024 * 1024;
// Reports that were there before are not opened: some folders hold hundreds.
constexpr std::chrono::seconds kOlder{60};

bool is_report(const fs::path& path) {
  const auto kind = path.extension();
  return kind == ".ips" || kind == ".crash";
}

// What the wait status and our own look already tell is left to them.
bool is_about_the_crash(std::string_view name) {
  constexpr std::array<std::string_view, 4> kKinds{"crash.", "libraries.", "jetsam.", "host.model"};
  return std::any_of(kKinds.begin(), kKinds.end(),
                     [&](std::string_view kind) { return name.starts_with(kind); });
}

class Search {
 public:
  Search(const readers::apple::Seen& seen, const std::vector<fs::path>& folders)
      : seen_(seen), folders_(folders), since_(fs::file_time_type::clock::now() - kOlder) {}

  // True once the report is there.
  bool look(CrashReport& report) {
    refused_.clear();
    for (const fs::path& folder : folders_) {
      std::error_code error;
      fs::directory_iterator entry(folder, error);
      for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        if (is_report(entry->path()) && take(entry->path(), report)) return true;
      }
      // No such folder: nothing has ever crashed here.
      if (error && error != std::errc::no_such_file_or_directory)
        refused_.emplace_back(folder.string(), error.message());
    }
    return false;
  }

  std::vector<casefile::Gap> gaps() const {
    std::vector<casefile::Gap> gaps;
    for (const auto& [folder, why] : refused_) {
      gaps.push_back({"crash reports in " + folder, why,
                      "an administrator can read them: look there for a file of this minute, and "
                      "give it to `kernelmedic explain`"});
    }
    return gaps;
  }

 private:
  bool take(const fs::path& path, CrashReport& report) {
    std::error_code error;
    if (fs::last_write_time(path, error) < since_ || error) return false;
    const auto size = fs::file_size(path, error);
    // Looked at again only when it has grown: it may be half written.
    auto& known = sizes_[path.string()];
    if (error || size == known) return false;
    known = size;
    const auto text = os::read_file(path, kMostBytes);
    if (!text) {
      refused_.emplace_back(path.string(), text.error().what);
      return false;
    }
    if (readers::apple::match_of(*text, seen_) == readers::apple::Match::none) return false;
    casefile::CaseFile read;
    if (!readers::read_apple_report(*text, path.filename().string(), read)) return false;
    for (auto& fact : read.facts) {
      if (is_about_the_crash(fact.name)) report.facts.push_back(std::move(fact));
    }
    return true;
  }

  const readers::apple::Seen& seen_;
  const std::vector<fs::path>& folders_;
  fs::file_time_type since_;
  std::map<std::string, std::uintmax_t> sizes_;
  std::vector<std::pair<std::string, std::string>> refused_;
};

}  // namespace

CrashReport await_crash_report(const readers::apple::Seen& seen,
                               const std::vector<fs::path>& folders, milliseconds longest) {
  CrashReport report;
  if (folders.empty()) return report;
  Search search(seen, folders);
  const auto until = std::chrono::steady_clock::now() + longest;
  while (!search.look(report)) {
    if (std::chrono::steady_clock::now() >= until) {
      report.gaps = search.gaps();
      if (report.gaps.empty()) {
        report.gaps.push_back({"the system's crash report", "none was written in time",
                               "look into Console, Crash Reports, in a minute, and give the file "
                               "to `kernelmedic explain`"});
      }
      break;
    }
    std::this_thread::sleep_for(kEvery);
  }
  return report;
}

}  // namespace km::supervisor
