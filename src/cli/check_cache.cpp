#include "cli/check_cache.h"

#include "os/file.h"

#include <algorithm>
#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

namespace km::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLongest = std::int64_t{16} << 20;
constexpr std::size_t kKept = 32;

}  // namespace

std::optional<std::string> CheckCache::recall() const {
  auto text = os::read_file(file_, kLongest);
  // One that is empty or torn is made anew.
  if (!text || !text->ends_with("}\n")) return std::nullopt;
  return std::move(*text);
}

void CheckCache::keep(std::string_view report) const {
  if (!os::make_private_folder(folder_)) return;
  (void)os::write_file(file_, report);
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  std::error_code error;
  fs::directory_iterator entry(folder_, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code gone;
    files.emplace_back(entry->last_write_time(gone), entry->path());
  }
  if (files.size() <= kKept) return;
  std::sort(files.begin(), files.end(), std::greater<>());
  for (std::size_t i = kKept; i < files.size(); ++i) fs::remove(files[i].second, error);
}

}  // namespace km::cli
