// A case of the case folders, read back and judged: what `report` and `cases show` have in common.
#pragma once

#include "diagnosis/diagnose.h"
#include "result.h"
#include "store/cases.h"

#include <string>

namespace km::cli {

// `id` may be a unique beginning; empty: the newest. A case whose kernelmedic was killed is
// completed first, and its notebook restored from the journal; `completed` says so in a sentence
// for people, and what went wrong doing it.
struct StoredCase {
  diagnosis::Diagnosis diagnosis;
  std::string completed;
};

struct NoCase {
  Error error;
  std::string next;  // what to type next
};

tl::expected<StoredCase, NoCase> stored_case(const store::Cases& cases, const std::string& id);

}  // namespace km::cli
