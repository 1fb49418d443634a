// Libraries of which a process bears one, found more than once before any of them is loaded.
#include "scan/judges.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>

namespace km::scan {
namespace {

// "libgomp-a34b3233.so.1.0.0" → "libgomp"; empty: another library.
std::string_view openmp_of(std::string_view file) {
  for (const std::string_view known : {"libgomp", "libiomp5", "libomp"}) {
    if (!file.starts_with(known)) continue;
    const std::string_view rest = file.substr(known.size());
    if (rest.starts_with(".so") || rest.starts_with(".dylib") || rest.starts_with('-'))
      return known;
  }
  return {};
}

std::string_view blas_of(std::string_view file) {
  if (file.starts_with("libmkl_rt") || file.starts_with("libmkl_core")) return "MKL";
  if (file.starts_with("libopenblas") || file.starts_with("libscipy_openblas")) return "OpenBLAS";
  return {};
}

// "libcudnn.so.9" → "cuDNN 9".
std::string cudnn_of(std::string_view file) {
  constexpr std::string_view kName = "libcudnn.so.";
  if (!file.starts_with(kName)) return {};
  file.remove_prefix(kName.size());
  return fmt::format("cuDNN {}", file.substr(0, file.find('.')));
}

// "libprotobuf.so.23.4.0" → "protobuf 23"; "libprotobuf.25.1.0.dylib" → "protobuf 25".
std::string protobuf_of(std::string_view file) {
  constexpr std::string_view kName = "libprotobuf.";
  if (!file.starts_with(kName)) return {};
  file.remove_prefix(kName.size());
  if (file.starts_with("so.")) file.remove_prefix(3);
  const std::string_view major = file.substr(0, file.find('.'));
  if (major.empty() || major.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return fmt::format("protobuf {}", major);
}

using Kinds = std::map<std::string, std::vector<std::string>>;

// Several kinds, each with one file of it.
std::vector<std::string> told(const Kinds& kinds) {
  std::vector<std::string> texts;
  if (kinds.size() < 2) return texts;
  for (const auto& [kind, files] : kinds)
    texts.push_back(fmt::format("{} ({})", kind, files.front()));
  return texts;
}

}  // namespace

void judge_duplicates(const Inventory& inventory, casefile::CaseFile& out) {
  Kinds openmp;
  Kinds blas;
  Kinds cudnn;
  Kinds protobuf;
  for (const Native& native : inventory.natives) {
    const std::string file = native.path.filename().string();
    if (const auto kind = openmp_of(file); !kind.empty())
      openmp[std::string(kind)].push_back(native.shown);
    if (const auto kind = blas_of(file); !kind.empty())
      blas[std::string(kind)].push_back(native.shown);
    if (std::string kind = cudnn_of(file); !kind.empty())
      cudnn[std::move(kind)].push_back(native.shown);
    if (std::string kind = protobuf_of(file); !kind.empty())
      protobuf[std::move(kind)].push_back(native.shown);
  }
  // Both wheels put their files into nvidia/cudnn, one over the other.
  for (const char* package : {"nvidia-cudnn-cu11", "nvidia-cudnn-cu12", "nvidia-cudnn-cu13"}) {
    if (const Distribution* one = inventory.find(package))
      cudnn["package " + one->name].push_back(one->folder.filename().string());
  }
  std::size_t packages = 0;
  for (const auto& [kind, files] : cudnn) packages += kind.starts_with("package") ? 1U : 0U;
  if (packages == 1)
    std::erase_if(cudnn, [](const auto& one) { return one.first.starts_with("package"); });
  constexpr std::string_view kSource = "names of the native files";
  tell_all(out, "scan.openmp", told(openmp), kSource);
  tell_all(out, "scan.blas", told(blas), kSource);
  tell_all(out, "scan.cudnn", told(cudnn), kSource);
  tell_all(out, "scan.protobuf", told(protobuf), kSource);
}

}  // namespace km::scan
