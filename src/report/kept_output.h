// Output compared with a kept file. `KM_UPDATE_GOLDEN=1 km_report_test` writes the files anew; the
// change is then reviewed as a diff.
#pragma once

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace km::report {

inline std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void expect_kept(const std::string& name, const std::string& output) {
  const std::string path = std::string(KM_SOURCE_DIR) + "/tests/golden/report/" + name;
  if (std::getenv("KM_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << output;
    return;
  }
  const std::string kept = file_text(path);
  EXPECT_FALSE(kept.empty()) << path << " is missing";
  EXPECT_EQ(output, kept) << "differs from " << path
                          << "; if that is meant: KM_UPDATE_GOLDEN=1 km_report_test";
}

}  // namespace km::report
