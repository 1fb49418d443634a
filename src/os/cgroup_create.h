// Makes and removes a memory cgroup of our own; between cgroup_linux.cpp and
// cgroup_create_linux.cpp.
#pragma once

#include "os/cgroup_location.h"
#include "result.h"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace km::os {

// Below `own` or, with v2, beside it. The error says what to do.
Result<CgroupLocation> make_memory_cgroup(const CgroupLocation& own, std::string_view name,
                                          std::int64_t limit_bytes, const Root& root);

// As soon as the processes in it have gone, within a fifth of a second; after that it stays.
void remove_memory_cgroup(const std::filesystem::path& folder);

}  // namespace km::os
