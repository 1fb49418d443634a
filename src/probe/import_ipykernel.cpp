// The import of what a kernel starts: its application, since of a package that was removed an empty
// folder may be left, which imports.
#include "probe/import.h"
#include "probe/probes.h"

namespace km::probe {

Probe import_ipykernel() {
  return {.name = "import-ipykernel",
          .question = "Does ipykernel import?",
          .needs = "interpreter",
          .limit = std::chrono::seconds(60),
          .applies = [](const Patient&) { return true; },
          .ask =
              [](const Patient& patient, const Setting& setting) {
                return ask_import(patient, setting, "ipykernel", "ipykernel.kernelapp");
              }};
}

}  // namespace km::probe
