// The explicit list of collectors.
#include "evidence/collect.h"

#include "evidence/collectors.h"
#include "evidence/compat.h"
#include "evidence/words.h"
#include "os/host.h"

#include <string>
#include <utility>

namespace km::evidence {
namespace {

casefile::Death death_of(const Scene& scene) {
  casefile::Death death;
  if (scene.pid > 0) death.pid = scene.pid;
  death.time = scene.ended_time;
  death.cell = scene.cell;
  if (!scene.status) return death;
  if (scene.status->signal != 0) {
    death.signal = os::signal_name(scene.status->signal);
  } else {
    death.exit_code = scene.status->code;
  }
  return death;
}

void note_missing_native_stack(const Scene& scene, casefile::CaseFile& out) {
  if (!is_crash(scene) || !out.death->native_stack.empty()) return;
  out.gap("the native stack", "this version of kernelmedic does not read the stack of native code",
          "gdb -batch -ex run -ex bt --args python your_script.py");
}

}  // namespace

casefile::CaseFile collect(const Scene& scene) {
  casefile::CaseFile out;
  out.subject = scene.subject;
  out.death = death_of(scene);
  const std::string words = clean_words(scene.words);
  collect_exit(scene, out);
  collect_limits(scene, out);
  collect_memory(scene, out);
  collect_cgroup(scene, out);
  collect_kernel_log(scene, out);
  collect_words(words, out);
  collect_cell(scene, out);
  collect_python(scene, words, out);
  collect_packages(scene, out);
  collect_host(scene, words, out);
  add_compat(out);
  collect_space(scene, out);
  note_missing_native_stack(scene, out);
  for (auto& gap : os::platform_gaps())
    out.gap(std::move(gap.what), std::move(gap.why), std::move(gap.remedy));
  return out;
}

}  // namespace km::evidence
