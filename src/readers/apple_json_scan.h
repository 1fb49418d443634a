// Reads the JSON of Apple reports as people hand it in: cut at the end, with line breaks inside
// texts, with lines left out of the middle, or a piece of it alone. It never refuses: what can be
// recognised is told as it is met, and nothing is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace km::readers::apple {

struct JsonScalar {
  enum class Kind { text, number, flag, null };
  Kind kind = Kind::null;
  std::string text;  // of a text its characters, else as it stands: "12", "true"

  std::optional<std::int64_t> number() const;
};

// What the scan tells, each with the path to it: "exception.type", "threads[].frames[].symbol".
// Views are good during the call alone.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;
  virtual void scalar(std::string_view path, const JsonScalar& value) = 0;
  virtual void opened(std::string_view path) = 0;
  // `cut`: the text ended before its bracket did.
  virtual void closed(std::string_view path, bool cut) = 0;
};

// From `at` to where the text is JSON no more; returns that place, always behind `at` unless `at`
// is the end. Linear in time; the memory is that of one text member, of which 64 KiB are kept.
std::size_t scan_json(std::string_view text, std::size_t at, JsonEvents& events);

}  // namespace km::readers::apple
