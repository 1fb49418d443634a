// Asks the processor: CPUID and XGETBV on x86, the system on ARM.
#include "os/cpu.h"

#if defined(__x86_64__)
#include <array>
#include <cpuid.h>
#include <cstdint>
#include <cstring>
#include <string_view>
#elif defined(__aarch64__) && defined(__linux__)
#include <array>
#include <string_view>
#include <utility>

#include <sys/auxv.h>
#elif defined(__APPLE__)
#include <array>

#include <sys/sysctl.h>
#endif

namespace km::os {

#if defined(__x86_64__)

namespace {

using Registers = std::array<unsigned, 4>;  // eax, ebx, ecx, edx
enum Register : std::size_t { eax, ebx, ecx, edx };

Registers cpuid(unsigned leaf, unsigned subleaf = 0) {
  Registers values{};
  __cpuid_count(leaf, subleaf, values[eax], values[ebx], values[ecx], values[edx]);
  return values;
}

Registers cpuid_if_there(unsigned leaf, unsigned subleaf = 0) {
  const unsigned highest = cpuid(leaf & 0x80000000U)[eax];
  return leaf <= highest ? cpuid(leaf, subleaf) : Registers{};
}

// The bytes of the registers as text; the brand string spans three leaves.
std::string letters(const unsigned* values, std::size_t count) {
  std::string text(count * sizeof(unsigned), '\0');
  std::memcpy(text.data(), values, text.size());
  text.resize(std::strlen(text.c_str()));
  return text;
}

std::string model_name() {
  std::string name;
  for (unsigned leaf = 0x80000002U; leaf <= 0x80000004U; ++leaf) {
    name += letters(cpuid_if_there(leaf).data(), 4);
  }
  const auto begin = name.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return name.substr(begin, name.find_last_not_of(' ') - begin + 1);
}

// What the system must save at a task switch before an instruction may be used (XCR0, Intel SDM
// volume 1, 13.3).
constexpr std::uint64_t kNothing = 0;
constexpr std::uint64_t kYmm = 0x6;
constexpr std::uint64_t kZmm = 0xe6;
constexpr std::uint64_t kTiles = 0x60000;

std::uint64_t saved_state(const Registers& leaf1) {
  constexpr unsigned kOsxsave = 1U << 27U;
  if ((leaf1[ecx] & kOsxsave) == 0) return 0;  // XGETBV itself would be illegal
  unsigned low = 0;
  unsigned high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low | (std::uint64_t{high} << 32U);
}

// Each is asked once: in a virtual machine every CPUID is a trip to the hypervisor (70 us here).
enum Leaf : std::size_t { basic, seven, seven_1, extended };
using Leaves = std::array<Registers, 4>;

Leaves feature_leaves() {
  return {cpuid_if_there(1), cpuid_if_there(7), cpuid_if_there(7, 1), cpuid_if_there(0x80000001U)};
}

struct Feature {
  std::string_view name;  // as in Linux's /proc/cpuinfo
  Leaf leaf;
  Register where;
  unsigned bit;
  std::uint64_t needs;
};

constexpr auto kFeatures = std::to_array<Feature>({
    {"sse", basic, edx, 25, kNothing},     {"sse2", basic, edx, 26, kNothing},
    {"sse3", basic, ecx, 0, kNothing},     {"ssse3", basic, ecx, 9, kNothing},
    {"cx16", basic, ecx, 13, kNothing},    {"sse4_1", basic, ecx, 19, kNothing},
    {"sse4_2", basic, ecx, 20, kNothing},  {"movbe", basic, ecx, 22, kNothing},
    {"popcnt", basic, ecx, 23, kNothing},  {"aes", basic, ecx, 25, kNothing},
    {"abm", extended, ecx, 5, kNothing},   {"avx", basic, ecx, 28, kYmm},
    {"f16c", basic, ecx, 29, kYmm},        {"fma", basic, ecx, 12, kYmm},
    {"bmi1", seven, ebx, 3, kNothing},     {"bmi2", seven, ebx, 8, kNothing},
    {"avx2", seven, ebx, 5, kYmm},         {"avx_vnni", seven_1, eax, 4, kYmm},
    {"avx512f", seven, ebx, 16, kZmm},     {"avx512dq", seven, ebx, 17, kZmm},
    {"avx512ifma", seven, ebx, 21, kZmm},  {"avx512cd", seven, ebx, 28, kZmm},
    {"avx512bw", seven, ebx, 30, kZmm},    {"avx512vl", seven, ebx, 31, kZmm},
    {"avx512vbmi", seven, ecx, 1, kZmm},   {"avx512_vbmi2", seven, ecx, 6, kZmm},
    {"avx512_vnni", seven, ecx, 11, kZmm}, {"avx512_bf16", seven_1, eax, 5, kZmm},
    {"avx512_fp16", seven, edx, 23, kZmm}, {"amx_bf16", seven, edx, 22, kTiles},
    {"amx_tile", seven, edx, 24, kTiles},  {"amx_int8", seven, edx, 25, kTiles},
});

std::vector<std::string> usable_features(const Leaves& leaves) {
  const auto saved = saved_state(leaves[basic]);
  std::vector<std::string> names;
  for (const auto& feature : kFeatures) {
    const bool offered = ((leaves[feature.leaf][feature.where] >> feature.bit) & 1U) != 0;
    if (offered && (saved & feature.needs) == feature.needs) names.emplace_back(feature.name);
  }
  return names;
}

}  // namespace

Cpu this_cpu() {
  Cpu cpu;
  cpu.architecture = "x86_64";
  cpu.model = model_name();
  const auto leaves = feature_leaves();
  cpu.features = usable_features(leaves);
  // Without the hypervisor bit this leaf answers with whatever the highest basic leaf holds.
  constexpr unsigned kHypervisor = 1U << 31U;
  const auto leaf = cpuid(0x40000000U);
  const auto name = letters(leaf.data() + 1, 3);
  if ((leaves[basic][ecx] & kHypervisor) != 0 || name == "TCGTCGTCGTCG") cpu.hypervisor = name;
  return cpu;
}

#elif defined(__aarch64__) && defined(__linux__)

namespace {

// Bits of AT_HWCAP and AT_HWCAP2 (kernel: arch/arm64/include/uapi/asm/hwcap.h), names as in
// /proc/cpuinfo.
constexpr auto kFirst = std::to_array<std::pair<std::string_view, unsigned> >({
    {"fp", 0},
    {"asimd", 1},
    {"aes", 3},
    {"pmull", 4},
    {"sha1", 5},
    {"sha2", 6},
    {"crc32", 7},
    {"atomics", 8},
    {"fphp", 9},
    {"asimdhp", 10},
    {"asimdrdm", 12},
    {"asimddp", 20},
    {"sha512", 21},
    {"sve", 22},
    {"asimdfhm", 23},
});
constexpr auto kSecond = std::to_array<std::pair<std::string_view, unsigned> >({
    {"sve2", 1},
    {"svei8mm", 9},
    {"svebf16", 12},
    {"i8mm", 13},
    {"bf16", 14},
    {"sme", 23},
});

template <class Table>
void append(std::vector<std::string>& names, const Table& table, unsigned long bits) {
  for (const auto& [name, bit] : table) {
    if (((bits >> bit) & 1U) != 0) names.emplace_back(name);
  }
}

}  // namespace

Cpu this_cpu() {
  Cpu cpu;
  cpu.architecture = "aarch64";
  append(cpu.features, kFirst, ::getauxval(AT_HWCAP));
  append(cpu.features, kSecond, ::getauxval(AT_HWCAP2));
  return cpu;
}

#elif defined(__APPLE__)

// Apple silicon; not yet run on a Mac.
Cpu this_cpu() {
  Cpu cpu;
  cpu.architecture = "arm64";
  std::array<char, 256> brand{};
  std::size_t size = brand.size() - 1;
  if (::sysctlbyname("machdep.cpu.brand_string", brand.data(), &size, nullptr, 0) == 0) {
    cpu.model = brand.data();
  }
  cpu.features = {"fp", "asimd"};  // all of them have these
  return cpu;
}

#else

Cpu this_cpu() { return {}; }

#endif

}  // namespace km::os
