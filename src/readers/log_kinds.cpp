// Which programs wrote a text, so that a report can say what it was given and what is missing.
#include "readers/readers.h"
#include "readers/told.h"

#include <array>
#include <string>

namespace km::readers {
namespace {

struct Sign {
  std::string_view words;
  std::string_view kind;
};

constexpr std::array kSigns{
    Sign{"ServerApp]", "jupyter server log"},
    Sign{"NotebookApp]", "jupyter server log"},
    Sign{"LabApp]", "jupyter server log"},
    Sign{"KernelRestarter", "jupyter server log"},
    Sign{" JupyterHub ", "jupyterhub log"},
    Sign{"SingleUserNotebookApp", "jupyterhub log"},
    Sign{"KernelSpawner", "jupyterhub log"},
    Sign{"viewed in the Jupyter log", "vs code jupyter output"},
    Sign{"command:jupyter.viewOutput", "vs code jupyter output"},
    Sign{"Canceled future for execute_request", "vs code jupyter output"},
    Sign{"nbclient.exceptions", "notebook runner"},
    Sign{"papermill.exceptions", "notebook runner"},
    Sign{"Traceback (most recent call last)", "python traceback"},
    Sign{"Fatal Python error:", "faulthandler dump"},
    Sign{"Windows fatal exception:", "faulthandler dump"},
    Sign{"(most recent call first):", "faulthandler dump"},
};

}  // namespace

void read_log_kinds(const intake::Excerpt& excerpt, casefile::CaseFile& out) {
  for (const intake::ExcerptLine& line : excerpt.lines) {
    for (const Sign& sign : kSigns) {
      if (line.text.find(sign.words) != std::string::npos)
        tell(out, "evidence.kind", sign.kind, intake::source_of(excerpt, line));
    }
  }
}

}  // namespace km::readers
