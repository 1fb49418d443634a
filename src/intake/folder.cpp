// The files of a folder that somebody hands over, in an order that is the same every time.
#include "intake/take_in.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace km::intake {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDeepest = 16;
// Of one folder; more are not even sorted.
constexpr std::size_t kMostEntries = 100'000;

class Walk {
 public:
  // False: it cannot be listed.
  bool folder(const fs::path& path, std::size_t depth, std::error_code& error) {
    fs::directory_iterator entries(path, error);
    if (error) return false;
    std::vector<fs::path> files;
    std::vector<fs::path> folders;
    std::size_t seen = 0;
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
      if (error || ++seen > kMostEntries) break;
      sort_in(*entries, files, folders);
    }
    if (seen > kMostEntries || error) ++unlisted_;
    std::sort(files.begin(), files.end());
    std::sort(folders.begin(), folders.end());
    for (const fs::path& file : files) {
      if (found_.files.size() < kMostFiles) {
        found_.files.push_back(file.string());
      } else {
        ++too_many_;
      }
    }
    for (const fs::path& below : folders) enter(below, depth + 1);
    return true;
  }

  FilesBelow result() {
    std::sort(found_.files.begin(), found_.files.end());
    const auto note = [this](std::size_t count, const char* what) {
      if (count > 0) found_.notes.push_back(std::to_string(count) + what);
    };
    note(too_many_, " files more than the 10,000 that are read from a folder were left out");
    note(hidden_, " hidden files and folders were left out");
    note(special_, " links, pipes and devices were left out");
    note(unlisted_, " folders could not be listed to their end, or lie too deep");
    return std::move(found_);
  }

 private:
  void sort_in(const fs::directory_entry& entry, std::vector<fs::path>& files,
               std::vector<fs::path>& folders) {
    std::error_code ignored;
    const fs::file_status status = entry.symlink_status(ignored);
    if (entry.path().filename().string().starts_with('.')) {
      ++hidden_;
    } else if (fs::is_regular_file(status)) {
      files.push_back(entry.path());
    } else if (fs::is_directory(status)) {
      folders.push_back(entry.path());
    } else {
      ++special_;
    }
  }

  void enter(const fs::path& path, std::size_t depth) {
    std::error_code error;
    // Where there are too many files anyway, counting the rest may take long.
    if (too_many_ > 0 || depth > kDeepest || !folder(path, depth, error)) ++unlisted_;
  }

  FilesBelow found_;
  std::size_t too_many_ = 0;
  std::size_t hidden_ = 0;
  std::size_t special_ = 0;
  std::size_t unlisted_ = 0;
};

}  // namespace

Result<FilesBelow> files_below(const std::string& folder) {
  Walk walk;
  std::error_code error;
  if (!walk.folder(folder, 0, error)) return fail_errno("cannot list " + folder, error.value());
  return walk.result();
}

}  // namespace km::intake
