// What the name of a processor gives away about its instruction sets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::readers {

// Of avx, avx2, fma, avx512f those that a processor of this name surely does not have: "Intel Core
// i7-3770" has no AVX2. Nothing where the name does not settle it.
std::optional<std::vector<std::string>> lacks_of_model(std::string_view model);

}  // namespace km::readers
