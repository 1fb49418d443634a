#include "scan/slices.h"

#include "binary/image.h"
#include "evidence/packages.h"

#include <algorithm>
#include <optional>
#include <system_error>

namespace km::scan {
namespace {

namespace fs = std::filesystem;

constexpr int kEnoughFiles = 8;
constexpr int kMostEntries = 2000;
constexpr int kDeep = 3;  // zmq/backend/cython/_zmq.so

std::vector<std::string> architectures_of(const fs::path& path) {
  std::vector<std::string> found;
  auto source = binary::FileSource::open(path);
  if (!source) return found;
  if (const auto images = binary::read_images(*source)) {
    for (const binary::Image& image : *images) found.push_back(image.architecture);
  }
  return found;
}

bool holds(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

class Look {
 public:
  explicit Look(Slices& slices) : slices_(slices) {}

  void at(const fs::path& folder, int deeper) {
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    std::vector<fs::path> below;
    for (; !error && entry != fs::directory_iterator() && goes_on(); entry.increment(error)) {
      --left_;
      std::error_code ignored;
      if (deeper > 0 && entry->is_directory(ignored)) {
        below.push_back(entry->path());
      } else if (entry->path().extension() == ".so") {
        add(architectures_of(entry->path()));
      }
    }
    for (const fs::path& one : below) {
      if (!goes_on()) return;
      at(one, deeper - 1);
    }
  }

 private:
  bool goes_on() const { return slices_.looked_at < kEnoughFiles && left_ > 0; }

  void add(std::vector<std::string> found) {
    if (found.empty()) return;
    if (slices_.looked_at++ == 0) {
      slices_.packages = std::move(found);
    } else {
      std::erase_if(slices_.packages, [&](const auto& one) { return !holds(found, one); });
    }
  }

  Slices& slices_;
  int left_ = kMostEntries;
};

}  // namespace

Slices slices_of(const fs::path& interpreter) {
  Slices slices;
  slices.interpreter = architectures_of(interpreter);
  if (slices.interpreter.size() < 2) return slices;  // nothing to choose
  if (const auto home = evidence::python_home(interpreter, {})) {
    Look look(slices);
    // What every Python kernel loads comes first; the rest is there for kernels that do not.
    for (const char* const package : {"zmq", "psutil", "tornado", "numpy", ""}) {
      for (const auto& folder : home->site_packages) look.at(folder / package, kDeep);
    }
  }
  return slices;
}

std::string native_start(const Slices& slices) {
  const bool universal =
      holds(slices.interpreter, "x86_64") &&
      (holds(slices.interpreter, "arm64") || holds(slices.interpreter, "arm64e"));
  const bool native_packages = slices.looked_at == 0 || holds(slices.packages, "arm64");
  return universal && native_packages ? "arm64" : "";
}

}  // namespace km::scan
