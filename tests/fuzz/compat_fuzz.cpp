// The compatibility data in any state, and versions and requirements as packages may write them.
#include "evidence/compat_data.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = km::fuzz::text_of(data, size);
  const km::evidence::CompatData compat = km::evidence::parse_compat(text);
  for (const auto& [name, releases] : compat.packages) {
    static_cast<void>(km::evidence::find_release(releases, "2.10.0"));
    for (const km::evidence::Release& release : releases) {
      for (const auto& [platform, build] : release.builds) {
        static_cast<void>(km::evidence::serves_python(build.python, 9));
        static_cast<void>(km::evidence::newest_python(build.python));
      }
    }
  }
  const auto pieces = km::fuzz::pieces(text, "\n");
  const auto version = km::evidence::parse_version(pieces.front());
  km::fuzz::must(km::evidence::compare(version, version) == 0);
  if (pieces.size() > 1) static_cast<void>(km::evidence::fits(version, pieces[1]));
  return 0;
}
