// Keeps what names a person or a machine out of facts.
#include "readers/apple_report.h"

#include <re2/re2.h>

namespace km::readers::apple {

std::string clean(std::string_view text) {
  static const RE2 kHome("(/(?:Users|home)/)[^/\\s\"']+");
  static const RE2 kUuid(
      "<?\\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\\b>?");
  std::string result(text);
  RE2::GlobalReplace(&result, kHome, "\\1*");
  RE2::GlobalReplace(&result, kUuid, "*");
  return result;
}

}  // namespace km::readers::apple
