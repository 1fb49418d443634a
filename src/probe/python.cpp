// Starting the interpreter, and making an answer of its end.
#include "probe/python.h"

#include "kernels/environment.h"
#include "probe/initialiser.h"
#include "probe/reading.h"
#include "probe/watch.h"

#include <algorithm>
#include <cctype>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>
#include <utility>

namespace km::probe {
namespace {

// Must run on any Python 3. The line break before the mark: something may have been printed without
// one. The stack is dumped while there is still time to read it.
constexpr std::string_view kPrologue = R"py(
import faulthandler
import json
import sys

arguments = sys.argv[2:]


def tell(**what):
    sys.__stdout__.write("\nkernelmedic: " + json.dumps(what) + "\n")
    sys.__stdout__.flush()


def skip(why):
    tell(skipped=why)
    sys.exit(0)


def tell_exception(kind, value, trace):
    sys.__excepthook__(kind, value, trace)
    lines = [line.strip() for line in str(value).splitlines() if line.strip()]
    tell(failed=kind.__name__ + (": " + lines[0] if lines else ""))


sys.excepthook = tell_exception
faulthandler.dump_traceback_later(float(sys.argv[1]), exit=False)
)py";

std::string dump_after(std::chrono::seconds limit) {
  const double seconds = static_cast<double>(limit.count());
  return fmt::format("{:.2f}", std::max(seconds * 0.5, seconds - 1.0));
}

std::string lower_with_dashes(std::string_view name) {
  std::string spelled;
  for (const char c : name) {
    spelled +=
        c == '_' || c == '.' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return spelled;
}

std::string told_so_far(const std::optional<jupyter::Json>& told) {
  return told ? jupyter::text_member(*told, "says") : std::string();
}

// Where a launcher stands between us and the interpreter, a shell may have made a number of its
// signal.
std::string launcher_note(const Patient& patient, int code) {
  constexpr int kShell = 128;
  constexpr int kLastSignal = 64;
  if (patient.wrap.empty() || code <= kShell || code > kShell + kLastSignal) return {};
  return fmt::format(" ({} has seen {})", patient.wrap.front(), os::signal_name(code - kShell));
}

Answer died(supervisor::Lifetime::End end, const std::optional<jupyter::Json>& told) {
  Answer answer;
  answer.outcome = Outcome::died;
  const auto& status = end.status;
  answer.says = status.signal != 0 ? os::signal_name(status.signal)
                                   : fmt::format("exit status {}", status.code);
  answer.says += ": " + end.diagnosis->verdict().title;
  if (const auto so_far = told_so_far(told); !so_far.empty()) answer.says += ", after " + so_far;
  answer.death = std::move(end.diagnosis);
  return answer;
}

// Names the library in the answer and in the case file, and lets the rules see it.
void name_library(Answer& answer, const std::string& library) {
  // "x/platform/../../libx.so" as the loader says it.
  const auto path = std::filesystem::path(library).lexically_normal().string();
  answer.says += fmt::format(", while {} was being loaded", path);
  auto& casefile = answer.death->casefile;
  casefile.facts.push_back({"probe.library", path, "LD_DEBUG=libs, a second run"});
  answer.death->findings = diagnosis::diagnose(casefile, diagnosis::built_in_rules());
}

Answer answer_of(const Patient& patient, const Setting& setting, Watched& watched) {
  const auto told = last_told(watched.out);
  Answer answer;
  if (watched.stopped) {
    answer.says = fmt::format("stopped by {}", setting.stop.ended_by());
    return answer;
  }
  if (watched.too_slow) {
    answer.outcome = Outcome::too_slow;
    answer.says = fmt::format("no answer within {} s", setting.limit.count());
    if (const auto so_far = told_so_far(told); !so_far.empty()) answer.says += ", after " + so_far;
    if (const auto at = stuck_at(watched.err); !at.empty()) answer.says += ", it was at " + at;
    return answer;
  }
  if (watched.end.diagnosis) return died(std::move(watched.end), told);
  const auto& status = watched.end.status;
  if (status.signal != 0) {  // such as people end programs with: no accident, and no answer either
    answer.outcome = Outcome::failed;
    answer.says = fmt::format("it was ended by {}", os::signal_name(status.signal));
    return answer;
  }
  answer = read_told(told, status.code, watched.err);
  if (answer.outcome == Outcome::failed) answer.says += launcher_note(patient, status.code);
  return answer;
}

}  // namespace

Answer ask_python(const Patient& patient, const Setting& setting, const Script& script) {
  Answer answer;
  answer.outcome = Outcome::failed;
  const os::Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  supervisor::LifetimePlan plan;
  plan.subject = "program";
  plan.name = patient.python;
  plan.child.argv = patient.wrap;
  plan.child.argv.insert(plan.child.argv.end(),
                         {patient.python, "-X", "faulthandler", "-c",
                          std::string(kPrologue) + script.text, dump_after(setting.limit)});
  plan.child.argv.insert(plan.child.argv.end(), script.arguments.begin(), script.arguments.end());
  plan.child.environment =
      kernels::kernel_environment(kernels::own_environment(), {}, "python", true, ::getpid())
          .variables;
  plan.child.folder = patient.folder;
  plan.child.stdin_fd = nothing.get();
  plan.child.new_session = true;  // its children end with it at the time limit
  plan.memory_limit_bytes = script.memory_limit_bytes;
  plan.home = setting.home;
  plan.python = patient.python;
  plan.wrap = patient.wrap;
  auto watched = watch(plan, setting, {{"probe.name", setting.probe, "the examination"}});
  if (!watched) {
    answer.says = watched.error().what;
    return answer;
  }
  answer = answer_of(patient, setting, *watched);
  if (!script.loads_libraries || answer.outcome != Outcome::died) return answer;
  const auto python = static_cast<std::ptrdiff_t>(patient.wrap.size());
  plan.child.argv.insert(plan.child.argv.begin() + python + 1, "-v");
  if (const auto library = dying_initialiser(plan, setting)) name_library(answer, *library);
  return answer;
}

bool has_package(const Patient& patient, std::initializer_list<std::string_view> names) {
  return std::any_of(patient.packages.begin(), patient.packages.end(), [&](const auto& package) {
    const auto name = lower_with_dashes(std::string_view(package).substr(0, package.find(' ')));
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

bool has_numpy(const Patient& patient) { return has_package(patient, {"numpy"}); }
bool has_sklearn(const Patient& patient) { return has_package(patient, {"scikit-learn"}); }
bool has_tensorflow(const Patient& patient) {
  return has_package(
      patient, {"tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-macos",
                "tensorflow-intel", "tensorflow-cpu-aws", "tensorflow-base", "tensorflow-rocm",
                "intel-tensorflow", "tf-nightly", "tf-nightly-cpu", "tf-nightly-gpu"});
}
bool has_torch(const Patient& patient) { return has_package(patient, {"torch", "pytorch"}); }
bool has_jax(const Patient& patient) { return has_package(patient, {"jax"}); }

}  // namespace km::probe
