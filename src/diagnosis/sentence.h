// Sentences of rules with places for facts: "{fact.name}", "{fact.name|what to say without it}",
// "{fact.name[0]}" (the first value), "{words}" (what the condition found).
#pragma once

#include "casefile/casefile.h"
#include "result.h"

#include <string>
#include <string_view>

namespace km::diagnosis {

// Is every place closed, and every name a declared fact (or "words")? The error says which is not.
Result<> check_sentence(std::string_view sentence);

// Filled in. Between backticks, where people copy a command from, values are quoted for a shell:
// evidence is foreign text and must not become a command. Names that end in _bytes read as sizes
// ("1.5 GiB").
std::string fill(std::string_view sentence, const casefile::CaseFile& casefile,
                 std::string_view words);

// "512 MiB", "1.5 GiB", "17 bytes".
std::string size_text(double bytes);

}  // namespace km::diagnosis
