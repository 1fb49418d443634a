// Whether Python starts at all, and which one it is.
#include "probe/probes.h"
#include "probe/python.h"

namespace km::probe {
namespace {

constexpr std::string_view kScript = R"py(
import os

machine = os.uname().machine
version = sys.version.split()[0]
tell(says=sys.implementation.name + " " + version + " for " + machine, version=version, machine=machine, executable=sys.executable)
)py";

Answer ask(const Patient& patient, const Setting& setting) {
  return ask_python(patient, setting, {.text = std::string(kScript)});
}

}  // namespace

Probe interpreter() {
  return {.name = "interpreter",
          .question = "Does the interpreter start?",
          .limit = std::chrono::seconds(30),
          .applies = [](const Patient&) { return true; },
          .ask = ask};
}

}  // namespace km::probe
