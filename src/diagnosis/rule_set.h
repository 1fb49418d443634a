// The knowledge base: what was built in, and what a folder adds.
#pragma once

#include "diagnosis/rule_file.h"
#include "result.h"

#include <filesystem>
#include <vector>

namespace km::diagnosis {

// The text of every file below rules/, tests included, as it was when the program was built.
std::vector<RuleText> built_in_texts();

// The TOML files below `folder`, sorted by path; links to folders are not followed, at most 5,000
// files.
Result<std::vector<RuleText>> texts_below(const std::filesystem::path& folder);

// Built-in files and those of `folder` (may be empty); of two with one place the folder's is taken.
Result<std::vector<RuleText>> texts_with(const std::filesystem::path& folder);

// Rules only; the first broken file is the error.
Result<std::vector<Rule>> parse_rules(const std::vector<RuleText>& texts);

}  // namespace km::diagnosis
