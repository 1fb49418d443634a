#include "probe/import.h"

#include <string>

namespace km::probe {

Answer ask_import(const Patient& patient, const Setting& setting, std::string_view module,
                  std::string_view also) {
  std::string text = "import " + std::string(module) + " as module\n";
  if (!also.empty()) text += "import " + std::string(also) + "\n";
  text += R"py(
tell(says=arguments[0] + " " + str(getattr(module, "__version__", "of no version")), file=getattr(module, "__file__", None))
)py";
  return ask_python(
      patient, setting,
      {.text = std::move(text), .arguments = {std::string(module)}, .loads_libraries = true});
}

}  // namespace km::probe
