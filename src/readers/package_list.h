// Lists of installed packages as pip, conda, uv, poetry and bug reports print them, and installers'
// words about a package that they did not find.
#pragma once

#include "readers/environment_reading.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::readers {

struct PackageLine {
  std::string_view name;
  std::string_view version;  // empty: not told
};

// "numpy==2.1.3", "torch @ file:///...", "-e ..." (none)
std::optional<PackageLine> frozen_package(std::string_view line);
// "numpy: 2.1.3", "torch: present", "ipykernel: >=6.0"; it may be any setting of that shape.
std::optional<PackageLine> keyed_package(std::string_view line);
// Names that stand for a package wherever they are.
bool is_known_package(std::string_view name);

// "tensorflow>=1.8.0", from "Could not find a version that satisfies the requirement ..." and its
// like; empty: none.
std::string wanted_package(std::string_view line);

// Rows need what stood above them, so it sees every line of a text.
class PackageReader {
 public:
  // True: the line belongs to a list.
  bool line(std::string_view line, Reading& reading);

 private:
  enum class Table { none, pip, conda, checked };
  bool open(std::string_view line, Reading& reading);
  bool row(std::string_view line, Reading& reading);
  bool shown(std::string_view line, Reading& reading);
  Table table_ = Table::none;
  std::string shown_name_;  // "Name: numpy" of pip show
  bool not_found_ = false;  // below conda's PackagesNotFoundError
};

}  // namespace km::readers
