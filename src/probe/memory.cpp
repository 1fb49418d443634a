// Memory in growing steps: does the process get it, is it refused in words, or is it killed?
#include "probe/memory.h"

#include "probe/memory_fence.h"
#include "probe/probes.h"

#include <fmt/core.h>
#include <string>

namespace km::probe {
namespace {

constexpr std::string_view kPlain = R"py(
def take(size):
    block = bytearray(size)
    block[::4096] = b"\1" * len(range(0, size, 4096))
    return block


refused = MemoryError
)py";

constexpr std::string_view kSteps = R"py(


def amount(size):
    return str(round(size / 2**20)) + " MiB"


wanted = int(arguments[0])
blocks = []
taken = 0
step = 64 * 2**20
while taken < wanted:
    step = min(step, wanted - taken)
    try:
        blocks.append(take(step))
    except refused as error:
        tell(failed=type(error).__name__ + " at " + amount(taken + step) + ": refused, not killed", taken=taken)
        sys.exit(1)
    taken += step
    tell(says=amount(taken) + " taken", taken=taken)
    step = min(2 * step, 256 * 2**20)
tell(says=amount(taken) + " in " + str(len(blocks)) + " steps, every page touched", taken=taken)
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  constexpr std::int64_t kOwn = 128 * kMiB;  // measured: an idle interpreter holds 10 MiB
  return ask_for_memory(patient, setting, kPlain, kOwn);
}

}  // namespace

Answer ask_for_memory(const Patient& patient, const Setting& setting, std::string_view script,
                      std::int64_t own_bytes) {
  Answer answer;
  const auto available = available_memory();
  if (!available) {
    answer.says = "this system does not tell how much memory is available";
    return answer;
  }
  const auto fence = memory_fence(*available, own_bytes);
  if (!fence) {
    answer.says =
        fmt::format("only {} MiB are available: a try could harm this machine", *available / kMiB);
    return answer;
  }
  return ask_python(patient, setting,
                    {.text = std::string(script) + std::string(kSteps),
                     .arguments = {std::to_string(fence->amount_bytes)},
                     .memory_limit_bytes = fence->limit_bytes});
}

Probe memory() {
  return {.name = "memory",
          .question = "Does a process get the memory that is available?",
          .needs = "interpreter",
          .limit = std::chrono::seconds(60),
          .applies = [](const Patient&) { return true; },
          .ask = ask};
}

}  // namespace km::probe
