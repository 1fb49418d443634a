// The order of the questions, and which of them are left out.
#include "jupyter/json_text.h"
#include "probe/probe.h"
#include "probe/python.h"
#include "probe/setting.h"
#include "runner/temporary_folder.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>
#include <utility>

namespace km::probe {
namespace {

using Clock = std::chrono::steady_clock;

Answer about(const Probe& probe) {
  Answer answer;
  answer.probe = probe.name;
  answer.question = probe.question;
  return answer;
}

class Examination {
 public:
  Examination(const Patient& patient, const Progress& progress, const os::Signals& signals,
              runner::StopRequest& stop)
      : patient_(patient), progress_(progress), signals_(signals), stop_(stop) {}

  Answer ask(const Probe& probe) {
    if (auto why = reason_to_skip(probe); !why.empty()) {
      auto answer = about(probe);
      answer.says = std::move(why);
      return answer;
    }
    if (progress_) progress_(probe.question);
    const Setting setting{std::string(probe.name), limit(probe), home_.path(), signals_, stop_};
    const auto begin = Clock::now();
    auto answer = probe.ask(patient_, setting);
    answer.probe = probe.name;
    answer.question = probe.question;
    answer.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    note(probe, answer);
    return answer;
  }

 private:
  std::chrono::seconds limit(const Probe& probe) const {
    constexpr int kThroughALauncher =
        10;  // measured: an import under qemu-user takes 7 to 10 times as long
    return probe.limit * (patient_.wrap.empty() ? 1 : kThroughALauncher);
  }

  std::string reason_to_skip(const Probe& probe) {
    while (const auto number = signals_.next()) stop_.on_signal(*number, false, Clock::now());
    if (stop_.ends_run()) return fmt::format("stopped by {}", stop_.ended_by());
    if (!probe.applies(patient_)) return "what it asks about is not installed";
    if (const auto because = fallen_.find(probe.needs); because != fallen_.end()) {
      fallen_[probe.name] = because->second;
      return fmt::format("{} did not pass", because->second);
    }
    if (probe.needs_gpu && without_gpu_.contains(probe.needs)) return "no GPU is visible";
    return {};
  }

  void note(const Probe& probe, const Answer& answer) {
    if (answer.outcome != Outcome::passed) {
      fallen_[probe.name] = probe.name;
      return;
    }
    const auto told = jupyter::parse_json(answer.data);
    if (!told) return;
    const auto& gpus = jupyter::member(*told, "gpus");
    if (gpus.is_number_integer() && gpus == 0) without_gpu_.insert(probe.name);
  }

  const Patient& patient_;  // all four of examine(), which outlives this
  const Progress& progress_;
  const os::Signals& signals_;
  runner::StopRequest& stop_;
  runner::TemporaryFolder home_{"kernelmedic-probe"};    // of cases that nobody is to keep
  std::map<std::string_view, std::string_view> fallen_;  // probe → the one that did not pass
  std::set<std::string_view> without_gpu_;
};

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::died:
      return "died";
    case Outcome::too_slow:
      return "too slow";
    case Outcome::skipped:
      return "skipped";
  }
  return "skipped";
}

const Probe* find(std::string_view name) {
  const auto all = probes();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const Probe& probe) { return probe.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<Answer> examine(const Patient& patient, std::span<const std::string> only,
                            const Progress& progress, runner::StopRequest& stop) {
  std::vector<Answer> answers;
  for (const auto& name : only) {
    if (find(name) != nullptr) continue;
    answers.push_back({name, "", Outcome::skipped, "there is no probe of this name", 0, {}, {}});
  }
  const auto signals = os::Signals::take_over();
  if (!signals) {
    answers.push_back({"", "", Outcome::failed, signals.error().what, 0, {}, {}});
    return answers;
  }
  Examination examination(patient, progress, *signals, stop);
  for (const Probe& probe : probes()) {
    const bool named = std::find(only.begin(), only.end(), probe.name) != only.end();
    if (only.empty() ? probe.applies(patient) : named) answers.push_back(examination.ask(probe));
  }
  return answers;
}

std::vector<Answer> examine(const Patient& patient, std::span<const std::string> only,
                            const Progress& progress) {
  runner::StopRequest stop;
  return examine(patient, only, progress, stop);
}

}  // namespace km::probe
