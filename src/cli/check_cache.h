// Reports of static looks, kept under what they depend on: the start of every kernel asks again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace km::cli {

class CheckCache {
 public:
  CheckCache() = default;
  // `key`: scan::identity_of().
  CheckCache(const std::filesystem::path& home, const std::string& key)
      : folder_(home / "checks"), file_(folder_ / (key + ".json")) {}

  std::optional<std::string> recall() const;
  // Best effort; of the reports the newest 32 stay.
  void keep(std::string_view report) const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path file_;
};

}  // namespace km::cli
