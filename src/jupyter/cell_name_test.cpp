// The names must be those of ipykernel, else no native frame finds its cell.
#include "jupyter/cell_name.h"

#include <gtest/gtest.h>

namespace km::jupyter {
namespace {

TEST(CellName, IsThatOfIpykernel) {
  // Right: murmur2_x86(code, 0xC70F6907) of ipykernel 7.4.0.
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "3990065800.py"},
      {"a", "2167009006.py"},
      {"ab", "2805137849.py"},
      {"abc", "3350977461.py"},
      {"abcd", "804720481.py"},
      {"x = 1\nprint(x)\n", "1538517086.py"},
      {"\xC3\xA9\xF0\x9F\x98\x80 = 1", "2486360051.py"},
      {"import tensorflow as tf\nprint(tf.__version__)", "926589766.py"},
  };
  for (const auto& [code, name] : cases) EXPECT_EQ(cell_file_name(code), name) << code;
}

}  // namespace
}  // namespace km::jupyter
