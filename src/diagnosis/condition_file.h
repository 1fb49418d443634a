// The `[when]` tables of a rule file → Condition.
#pragma once

#include "diagnosis/rule.h"
#include "diagnosis/toml_table.h"
#include "result.h"

namespace km::diagnosis {

// How the file is read: of one that somebody wrote every pattern is compiled, so that its error has
// a place; of one that was built in, and so has passed that test, none before it is needed.
enum class Reading { checked, trusted };

// Groups side by side in one table (all, any, none) must all hold.
Result<Condition> parse_condition(TomlTable table, Reading reading = Reading::checked);

}  // namespace km::diagnosis
