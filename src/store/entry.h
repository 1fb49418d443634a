// What the list of cases shows of one folder, read from whatever files are whole.
#pragma once

#include "store/cases.h"

#include <filesystem>
#include <string_view>

namespace km::store {

inline constexpr std::string_view kReportFile = "report.json";
inline constexpr std::string_view kSubjectFile = "subject.txt";

// "20261124-161701-4711" and "20261124-161701-4711-2": digits and hyphens in that shape, so that
// nothing that a person put beside the cases is listed, let alone pruned.
bool is_case_id(std::string_view name);

// Never fails: what is torn or unreadable stays empty.
Cases::Entry read_entry(const std::filesystem::path& folder);

}  // namespace km::store
