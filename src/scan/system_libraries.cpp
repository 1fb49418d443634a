#include "scan/system_libraries.h"

#include "os/file.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kConfigBytes = std::int64_t{64} * 1024;

void add_folders(std::string_view text, const fs::path& from, bool follow,
                 std::vector<fs::path>& folders);

void add_file(const fs::path& file, bool follow, std::vector<fs::path>& folders) {
  if (const auto text = os::read_file(file, kConfigBytes))
    add_folders(*text, file.parent_path(), follow, folders);
}

// "include ld.so.conf.d/*.conf": the pattern is always one for names.
void add_included(const fs::path& pattern, std::vector<fs::path>& folders) {
  if (pattern.filename().string().find('*') == std::string::npos)
    return add_file(pattern, false, folders);
  std::vector<fs::path> files;
  std::error_code error;
  fs::directory_iterator entry(pattern.parent_path(), error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == pattern.extension()) files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) add_file(file, false, folders);
}

void add_folders(std::string_view text, const fs::path& from, bool follow,
                 std::vector<fs::path>& folders) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    constexpr std::string_view kInclude = "include ";
    if (line.starts_with(kInclude)) {
      if (follow) add_included(from / fs::path(line.substr(kInclude.size())), folders);
    } else if (line.starts_with('/')) {
      folders.emplace_back(line);
    }
  }
}

}  // namespace

std::vector<fs::path> configured_folders(const fs::path& file) {
  std::vector<fs::path> folders;
  add_file(file, true, folders);
  return folders;
}

SystemLibraries::SystemLibraries(std::string architecture, std::vector<fs::path> first,
                                 std::vector<fs::path> also)
    : architecture_(std::move(architecture)), folders_(std::move(first)) {
  const std::string triplet =
      (architecture_ == "arm64" ? std::string("aarch64") : architecture_) + "-linux-gnu";
  for (fs::path& folder : configured_folders("/etc/ld.so.conf"))
    folders_.push_back(std::move(folder));
  for (const fs::path& folder :
       {fs::path("/lib") / triplet, fs::path("/usr/lib") / triplet, fs::path("/lib64"),
        fs::path("/usr/lib64"), fs::path("/lib"), fs::path("/usr/lib")})
    folders_.push_back(folder);
  for (fs::path& folder : also) folders_.push_back(std::move(folder));
}

const binary::Image* SystemLibraries::at(const std::string& path) {
  const auto [place, added] = by_path_.try_emplace(path);
  if (added) {
    if (auto source = binary::FileSource::open(path)) {
      if (auto images = binary::read_images(*source);
          images && images->front().architecture == architecture_)
        place->second = std::move(images->front());
    }
  }
  return place->second ? &*place->second : nullptr;
}

const binary::Image* SystemLibraries::find(const std::string& name) {
  if (name.find('/') != std::string::npos) return at(name);
  const auto [place, added] = by_name_.try_emplace(name, nullptr);
  if (!added) return place->second;
  for (const fs::path& folder : folders_) {
    place->second = at((folder / name).string());
    if (place->second != nullptr) break;
  }
  return place->second;
}

}  // namespace km::scan
