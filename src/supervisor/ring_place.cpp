#include "supervisor/ring_place.h"

#include <cstdlib>
#include <string>
#include <system_error>

namespace km::supervisor {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOutsideName = "kernelmedic-ring-";

}  // namespace

fs::path ring_place(const fs::path& case_folder, bool on_network) {
  fs::path inside = case_folder / kRingName;
  if (!on_network) return inside;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  std::error_code error;
  fs::path local =
      runtime != nullptr && *runtime == '/' ? fs::path(runtime) : fs::temp_directory_path(error);
  if (error) return inside;
  local /= kOutsideName + case_folder.filename().string();
  fs::create_symlink(local, inside, error);
  return error ? inside : local;
}

void remove_outside_ring(const fs::path& case_folder) {
  std::error_code error;
  const fs::path link = case_folder / kRingName;
  if (!fs::is_symlink(link, error)) return;
  const fs::path target = fs::read_symlink(link, error);
  // Whatever else somebody made of the link is not ours to remove.
  if (!error && target.filename().string().starts_with(kOutsideName)) fs::remove(target, error);
  fs::remove(link, error);
}

}  // namespace km::supervisor
