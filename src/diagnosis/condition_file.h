// The `[when]` tables of a rule file → Condition.
#pragma once

#include "diagnosis/rule.h"
#include "diagnosis/toml_table.h"
#include "result.h"

namespace km::diagnosis {

// Groups side by side in one table (all, any, none) must all hold.
Result<Condition> parse_condition(TomlTable table);

}  // namespace km::diagnosis
