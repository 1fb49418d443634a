// A table, first line that holds.
#include "runner/outcome.h"

namespace km::runner {

Outcome outcome_of(const Happened& happened) {
  if (happened.asked_to_end == 130) return {130, "interrupted"};
  if (happened.asked_to_end != 0) return {happened.asked_to_end, "terminated"};
  if (happened.died) return {3, "died"};
  if (happened.timed_out) return {1, "timeout"};
  if (happened.raised) return {1, "error"};
  return {0, "ok"};
}

}  // namespace km::runner
