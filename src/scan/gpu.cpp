// The GPU driver of this machine, and CUDA libraries that TensorFlow opens by name: no header of
// its files tells of them.
#include "evidence/compat_data.h"
#include "os/host.h"
#include "scan/judges.h"
#include "scan/system_libraries.h"

#include <algorithm>
#include <fmt/core.h>

namespace km::scan {
namespace {

void add_text(std::string_view name, const std::string& value, casefile::CaseFile& out) {
  if (!value.empty()) out.add(name, value, "NVML");
}

// Builds for GPUs alone: "tensorflow-cpu" opens nothing, and "tensorflow" on ARM neither.
const Distribution* tensorflow_for_gpus(const Inventory& inventory) {
  if (inventory.os != "linux" || inventory.architecture != "x86_64") return nullptr;
  return inventory.find("tensorflow");
}

bool is_installed(const Inventory& inventory, std::string_view beginning) {
  return std::any_of(inventory.natives.begin(), inventory.natives.end(), [&](const Native& native) {
    return native.path.filename().string().starts_with(beginning);
  });
}

void judge_cuda_of(const Inventory& inventory, const Distribution& tensorflow,
                   casefile::CaseFile& out) {
  const auto& packages = evidence::compat_data().packages;
  const auto releases = packages.find("tensorflow");
  const evidence::Release* release =
      releases == packages.end() ? nullptr
                                 : evidence::find_release(releases->second, tensorflow.version);
  if (release == nullptr || release->cuda.empty()) return;
  const std::string runtime =
      fmt::format("libcudart.so.{}", release->cuda.substr(0, release->cuda.find('.')));
  SystemLibraries system(inventory.architecture, {"/usr/local/cuda/lib64"}, {});
  std::vector<std::string> missing;
  if (!is_installed(inventory, runtime) && system.find(runtime) == nullptr)
    missing.push_back(runtime);
  const bool cudnn = is_installed(inventory, "libcudnn.so.") ||
                     system.find("libcudnn.so.9") != nullptr ||
                     system.find("libcudnn.so.8") != nullptr;
  if (!cudnn) missing.emplace_back("libcudnn.so");
  tell_all(out, "scan.cuda_missing", std::move(missing),
           fmt::format("CUDA {} that {} {} was built with", release->cuda, tensorflow.name,
                       tensorflow.version));
}

}  // namespace

void judge_gpu(const Inventory& inventory, const Surroundings& around, casefile::CaseFile& out) {
  if (around.foreign || inventory.os != "linux") return;
  const auto gpu = os::GpuMemory::open();
  if (!gpu) return;  // most machines have none, which is no gap
  const auto driver = gpu->driver();
  add_text("gpu.driver", driver.version, out);
  add_text("gpu.cuda_version", driver.cuda, out);
  add_text("gpu.model", driver.model, out);
  if (const auto use = gpu->read()) {
    out.add("gpu.total_bytes", use->total_bytes, "NVML");
    out.add("gpu.used_bytes", use->used_bytes, "NVML");
  }
  if (const Distribution* tensorflow = tensorflow_for_gpus(inventory))
    judge_cuda_of(inventory, *tensorflow, out);
}

}  // namespace km::scan
