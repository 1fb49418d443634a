// The libraries of this machine, as the dynamic linker finds them: ld.so(8), ldconfig(8).
#pragma once

#include "binary/image.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace km::scan {

class SystemLibraries {
 public:
  // `first` are looked at before the system's folders (LD_LIBRARY_PATH), `also` after them.
  SystemLibraries(std::string architecture, std::vector<std::filesystem::path> first,
                  std::vector<std::filesystem::path> also);

  // By name; null where no folder has one of this architecture. Valid as long as this object.
  const binary::Image* find(const std::string& name);
  // At a path; null where there is none of this architecture.
  const binary::Image* at(const std::string& path);

 private:
  std::string architecture_;
  std::vector<std::filesystem::path> folders_;
  std::map<std::string, const binary::Image*> by_name_;
  std::map<std::string, std::optional<binary::Image>> by_path_;
};

// Folders that an ld.so.conf names, its includes followed (one level, "*.conf" patterns too).
std::vector<std::filesystem::path> configured_folders(const std::filesystem::path& file);

}  // namespace km::scan
