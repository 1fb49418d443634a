// One process of a probe, watched to its end, its time limit or a signal to us.
#pragma once

#include "probe/setting.h"
#include "result.h"
#include "supervisor/lifetime.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace km::probe {

struct Watched {
  supervisor::Lifetime::End end;
  std::string out;  // the end of fd 1 and of fd 2, bounded
  std::string err;
  bool too_slow = false;
  bool stopped = false;  // by a signal to us
};

// `extra`: facts for the case file of a death. `on_err`: fd 2 piece by piece, all of it; may be
// empty.
Result<Watched> watch(supervisor::LifetimePlan plan, const Setting& setting,
                      std::vector<casefile::Fact> extra,
                      const std::function<void(std::string_view)>& on_err = {});

}  // namespace km::probe
