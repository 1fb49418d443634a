// The names that a dead kernel had: a NameError for one of them in the fresh kernel is explained.
// Read from the cells' text, so that it costs a running kernel nothing. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace km::proxy {

class LostNames {
 public:
  static constexpr std::size_t kMost = 10'000;

  // A cell that has run: what its lines bind, as far as a look at each line tells (assignments,
  // def, class, import, for, with).
  void ran(std::string_view code, int count);
  // The kernel has died: what it had is lost from now on.
  void died();
  // The number of the cell that bound it last in a kernel that has died since, and in none after.
  std::optional<int> lost(const std::string& name) const;
  // The numbers of the first and last cell of the dead kernel; nothing where none had run.
  std::optional<std::pair<int, int>> cells() const { return cells_; }

 private:
  using Names = std::map<std::string, int>;
  void bind(std::string_view name, int count);
  Names alive_;
  Names lost_;
  std::optional<std::pair<int, int>> alive_cells_;
  std::optional<std::pair<int, int>> cells_;
};

// "x" of "name 'x' is not defined"; empty for another sentence.
std::string undefined_name(std::string_view sentence);

}  // namespace km::proxy
