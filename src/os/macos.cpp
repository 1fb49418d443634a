#include "os/macos.h"

#include "os/fields.h"

namespace km::os::macos {
namespace {

// <sys/event.h> of macOS, public.
constexpr std::uint32_t kExitDetail = 0x02000000;
constexpr std::int64_t kDecryptFail = 0x00010000;
constexpr std::int64_t kMemory = 0x00020000;
constexpr std::int64_t kCodeSigning = 0x00040000;

// Darwin 20 is macOS 11, 24 is 15, 25 is 26: the year came into the number there.
std::string version_of_release(std::string_view release) {
  const auto major = to_number<int>(take_until(release, '.'));
  constexpr int kOfMacos11 = 20;
  constexpr int kOfMacos26 = 25;
  if (!major || *major < kOfMacos11) return {};
  return std::to_string(*major >= kOfMacos26 ? *major + 1 : *major - 9);
}

}  // namespace

std::string killer_of(std::uint32_t fflags, std::int64_t data) {
  if ((fflags & kExitDetail) == 0) return {};
  if ((data & kMemory) != 0) return "memory";
  if ((data & kCodeSigning) != 0) return "code_signing";
  if ((data & kDecryptFail) != 0) return "decryption";
  return {};
}

std::string translation_of(const SystemValues& values) {
  return values.translated == 1 ? "rosetta" : "";
}

std::string hardware_of(const SystemValues& values) {
  // Rosetta runs on nothing else, should the other name ever be gone.
  return values.arm64 == 1 || values.translated == 1 ? "arm64" : "x86_64";
}

std::string version_of(const SystemValues& values) {
  std::string version = values.product_version;
  if (version.empty() || version == "10.16") {
    if (auto told = version_of_release(values.release); !told.empty()) version = std::move(told);
  }
  return version.empty() ? "macOS" : "macOS " + version;
}

std::string pressure_of(std::optional<int> level) {
  switch (level.value_or(0)) {
    case 1:
      return "normal";
    case 2:
      return "warning";
    case 4:
      return "critical";
    default:
      return {};
  }
}

HostIdentity seen_by(HostIdentity host, std::string_view architecture) {
  const bool known = architecture == "arm64" || architecture == "x86_64";
  if (host.os != "macos" || host.hardware != "arm64" || !known) return host;
  const std::string translation = architecture == "x86_64" ? "rosetta" : "";
  if (translation == host.translation) return host;
  host.translation = translation;
  host.architecture = architecture;
  host.cpu_features.clear();
  return host;
}

std::int64_t available_bytes(const Pages& pages, std::uint64_t page_bytes) {
  return static_cast<std::int64_t>((pages.free + pages.purgeable + pages.file_backed) * page_bytes);
}

void add_use(const ProcessUse& process, bool root, double unit_ns, TreeUse& tree) {
  // Of a process that is ending the footprint is told as 0.
  const auto bytes = static_cast<std::int64_t>(
      process.footprint_bytes != 0 ? process.footprint_bytes : process.resident_bytes);
  if (root) tree.root_rss_bytes = bytes;
  tree.rss_bytes += bytes;
  tree.processes += 1;
  tree.threads += process.threads;
  tree.cpu_seconds += static_cast<double>(process.time_units) * unit_ns / 1e9;
}

}  // namespace km::os::macos
