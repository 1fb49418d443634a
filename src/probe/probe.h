// Questions that only a living interpreter can answer: each is asked in a process of its own, under
// supervision, so that an answer may also be its death.
#pragma once

#include "diagnosis/diagnose.h"
#include "runner/stop_request.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace km::probe {

// Whom we examine.
struct Patient {
  std::string python;                 // absolute path of the interpreter
  std::vector<std::string> wrap;      // command that it is started through; may be empty
  std::vector<std::string> packages;  // "tensorflow 2.21.0" each (evidence::installed_packages)
  std::filesystem::path folder;       // working folder, as the kernel would have it; empty: ours
};

enum class Outcome {
  passed,
  failed,    // it answered that it does not work, or ended without an answer
  died,      // a signal ended it; Answer::death says why
  too_slow,  // the time limit ended it
  skipped,   // not asked; Answer::says tells the reason
};
std::string_view to_string(Outcome outcome);

struct Answer {
  std::string probe;     // "import-tensorflow"
  std::string question;  // "Does TensorFlow import?"
  Outcome outcome = Outcome::skipped;
  std::string says;  // one line: what it told, the exception, why it was skipped
  double seconds = 0;
  std::optional<diagnosis::Diagnosis> death;  // judged as any other death is
  std::string data;  // JSON object that the process told about itself; empty: none
};

struct Setting;  // setting.h: what a probe gets from the examination

// One probe, one question, one file; all of them stand in probes.cpp.
struct Probe {
  std::string_view name;
  std::string_view question;
  std::string_view needs = {};     // the probe that must have passed before; empty: none
  bool needs_gpu = false;          // pointless where `needs` has counted no GPU
  std::chrono::seconds limit{60};  // ten times as long through Patient::wrap: emulators are slow
  bool (*applies)(const Patient& patient) = nullptr;
  Answer (*ask)(const Patient& patient, const Setting& setting) = nullptr;
};

std::span<const Probe> probes();  // cheapest first; what is needed stands before what needs it
const Probe* find(std::string_view name);

using Progress = std::function<void(std::string_view question)>;  // empty: nobody wants to know

// Asks one after the other. `only`: names to ask; empty: all that apply. `progress` comes before
// each that is really asked. A probe that needs a failed one is skipped with the reason; a name
// that nobody knows, and a probe that does not apply but was asked for by name, are so too. SIGINT,
// SIGTERM and SIGHUP end it early, with `stop` telling so; what is left is skipped. One examination
// at a time. Leaves nothing on the disk.
std::vector<Answer> examine(const Patient& patient, std::span<const std::string> only,
                            const Progress& progress, runner::StopRequest& stop);
std::vector<Answer> examine(const Patient& patient, std::span<const std::string> only,
                            const Progress& progress);

}  // namespace km::probe
