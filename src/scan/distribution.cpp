#include "scan/distribution.h"

#include "evidence/packages.h"
#include "os/file.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMetadataBytes = std::int64_t{4} << 20;
constexpr std::int64_t kRecordBytes = std::int64_t{64} << 20;  // TensorFlow's has 2 MB
constexpr std::size_t kMostDistributions = 5000;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Calls `use(line)` until it says false.
template <class Use>
void lines_of(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!use(text.substr(0, end))) return;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// The first CSV field; `rest` becomes what follows its comma.
std::string field_of(std::string_view& rest) {
  std::string field;
  if (!rest.starts_with('"')) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return field;
  }
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const std::size_t quote = std::min(rest.find('"'), rest.size());
    field += rest.substr(0, quote);
    rest.remove_prefix(std::min(quote + 1, rest.size()));
    if (!rest.starts_with('"')) break;
    field += '"';
    rest.remove_prefix(1);
  }
  if (rest.starts_with(',')) rest.remove_prefix(1);
  return field;
}

std::string normalised(std::string_view name) {
  const auto package = evidence::package_of(std::string(name) + "-0.dist-info");
  return package ? package->substr(0, package->find(' ')) : std::string(name);
}

}  // namespace

void read_metadata(std::string_view text, Distribution& into) {
  lines_of(text, [&](std::string_view line) {
    line = trimmed(line);
    if (line.empty()) return false;
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return true;
    const std::string_view key = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 2));
    if (key == "Name") into.name = normalised(value);
    if (key == "Version") into.version = value;
    if (key == "Requires-Dist") into.requires_.emplace_back(value);
    return true;
  });
}

std::vector<RecordLine> parse_record(std::string_view text) {
  std::vector<RecordLine> lines;
  lines_of(text, [&](std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return true;
    RecordLine record;
    record.path = field_of(line);
    (void)field_of(line);  // the hash
    const std::string size = field_of(line);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), number);
    if (error == std::errc() && end == size.data() + size.size() && number >= 0)
      record.size = number;
    if (!record.path.empty()) lines.push_back(std::move(record));
    return true;
  });
  return lines;
}

Requirement parse_requirement(std::string_view text) {
  Requirement requirement;
  const std::size_t semicolon = std::min(text.find(';'), text.size());
  if (semicolon < text.size()) requirement.marker = trimmed(text.substr(semicolon + 1));
  std::string_view rest = trimmed(text.substr(0, semicolon));
  const std::size_t name = std::min(rest.find_first_of(" ([<>=!~@"), rest.size());
  requirement.name = normalised(rest.substr(0, name));
  rest.remove_prefix(name);
  rest = trimmed(rest);
  if (rest.starts_with('['))
    rest = trimmed(rest.substr(std::min(rest.find(']'), rest.size() - 1) + 1));
  if (rest.starts_with('@')) return requirement;  // an address: any version
  for (const char c : rest) {
    if (c != '(' && c != ')' && c != ' ') requirement.versions += c;
  }
  return requirement;
}

std::vector<Distribution> distributions_in(const fs::path& site_packages,
                                           std::vector<std::string>& notes) {
  std::vector<Distribution> found;
  std::error_code error;
  fs::directory_iterator entry(site_packages, error);
  for (; !error && entry != fs::directory_iterator() && found.size() < kMostDistributions;
       entry.increment(error)) {
    const fs::path& folder = entry->path();
    const bool egg =
        folder.extension() == ".egg-info";  // setuptools of old, Debian; file or folder
    if (!egg && folder.extension() != ".dist-info") continue;
    Distribution distribution;
    distribution.folder = folder;
    // The folder's name is what is left where METADATA cannot be read.
    if (const auto package = evidence::package_of(folder.filename().string())) {
      distribution.name = package->substr(0, package->find(' '));
      distribution.version = package->substr(package->find(' ') + 1);
    }
    std::error_code ignored;
    const fs::path metadata = !egg                                ? folder / "METADATA"
                              : fs::is_directory(folder, ignored) ? folder / "PKG-INFO"
                                                                  : folder;
    if (const auto text = os::read_file(metadata, kMetadataBytes)) {
      read_metadata(*text, distribution);
    } else {
      notes.push_back(text.error().what);
    }
    if (const auto text = os::read_file(folder / "INSTALLER", kMetadataBytes))
      distribution.installer = trimmed(text->substr(0, text->find('\n')));
    if (const auto text = os::read_file(folder / "RECORD", kRecordBytes)) {
      distribution.files = parse_record(*text);
      distribution.has_record = true;
    } else if (!egg && text.error().code != std::errc::no_such_file_or_directory) {
      notes.push_back(text.error().what);
    }
    if (!distribution.name.empty()) found.push_back(std::move(distribution));
  }
  std::sort(found.begin(), found.end(), [](const Distribution& a, const Distribution& b) {
    return a.name != b.name ? a.name < b.name : a.folder < b.folder;
  });
  return found;
}

}  // namespace km::scan
