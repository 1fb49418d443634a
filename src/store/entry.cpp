// One case folder → one line of the list, however torn the folder is.
#include "store/entry.h"

#include "os/file.h"

#include <nlohmann/json.hpp>
#include <string>
#include <system_error>

namespace km::store {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::int64_t kLargestReport = std::int64_t{64} << 20;
constexpr std::int64_t kLargestSubject = std::int64_t{8} << 10;

// The text at a path of keys, or nothing: the file may be anybody's.
std::string text_at(const Json& json, std::initializer_list<const char*> keys) {
  const Json* place = &json;
  for (const char* key : keys) {
    if (!place->is_object()) return {};
    const auto found = place->find(key);
    if (found == place->end()) return {};
    place = &*found;
  }
  return place->is_string() ? place->get<std::string>() : std::string();
}

// The parts that brackets alone could make huge are not kept; the fields we show lie at depth 2.
Json read_json(const fs::path& file) {
  const auto text = os::read_file(file, kLargestReport);
  if (!text) return nullptr;
  const Json::parser_callback_t shallow = [](int depth, Json::parse_event_t, Json&) {
    return depth <= 3;
  };
  return Json::parse(*text, shallow, false);
}

// "20261124-161701-..." → "2026-11-24T16:17:01Z": when the watch began, where no report tells the
// time of the death.
std::string time_of(const std::string& id) {
  return id.substr(0, 4) + "-" + id.substr(4, 2) + "-" + id.substr(6, 2) + "T" + id.substr(9, 2) +
         ":" + id.substr(11, 2) + ":" + id.substr(13, 2) + "Z";
}

std::int64_t bytes_below(const fs::path& folder) {
  std::int64_t bytes = 0;
  std::error_code error;
  fs::recursive_directory_iterator place(folder, error);
  while (!error && place != fs::recursive_directory_iterator()) {
    std::error_code unreadable;
    if (place->symlink_status(unreadable).type() == fs::file_type::regular && !unreadable) {
      const auto size = place->file_size(unreadable);
      if (!unreadable) bytes += static_cast<std::int64_t>(size);
    }
    place.increment(error);
  }
  return bytes;
}

}  // namespace

bool is_case_id(std::string_view name) {
  constexpr std::string_view kShape = "########-######-#";
  if (name.size() < kShape.size() || name.size() > 64) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool digit = name[i] >= '0' && name[i] <= '9';
    const bool hyphen = name[i] == '-';
    if (i < kShape.size() ? (kShape[i] == '#' ? !digit : !hyphen) : !digit && !hyphen) return false;
  }
  return true;
}

Cases::Entry read_entry(const fs::path& folder) {
  Cases::Entry entry;
  entry.id = folder.filename().string();
  entry.folder = folder;
  entry.bytes = bytes_below(folder);
  const auto report_file = folder / kReportFile;
  std::error_code error;
  entry.closed = fs::is_regular_file(report_file, error);
  if (entry.closed) {
    const Json report = read_json(report_file);
    entry.cause = text_at(report, {"verdict", "cause"});
    entry.title = text_at(report, {"verdict", "title"});
    entry.time = text_at(report, {"death", "time"});
  }
  if (entry.time.empty() && is_case_id(entry.id)) entry.time = time_of(entry.id);
  if (const auto subject = os::read_file(folder / kSubjectFile, kLargestSubject)) {
    entry.subject = subject->substr(0, subject->find('\n'));
  }
  return entry;
}

}  // namespace km::store
