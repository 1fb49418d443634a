// What a fresh kernel is told before the first cell, as a silent request: no trace in the user's
// names or numbers.
#pragma once

#include <string>

namespace km::kernels {

// For ipykernel:
//   takes PYTHONFAULTHANDLER out of os.environ again where we put it, so that children do not
//   inherit it; gives sys.stdout and sys.stderr a fileno(), which ipykernel leaves out with
//   capture_fd_output off: without it subprocess.run(..., stdout=sys.stdout) raises; lets the
//   starts of child processes flush prints first: their text takes another way to the cell than
//   prints do, and prints are held back for 200 ms.
std::string ipykernel_preparation(bool take_faulthandler);

}  // namespace km::kernels
