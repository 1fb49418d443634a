#include "os/macos.h"

#include <gtest/gtest.h>

namespace km::os::macos {
namespace {

constexpr std::uint32_t kExit = 0x80000000;
constexpr std::uint32_t kExitStatus = 0x04000000;
constexpr std::uint32_t kDetail = 0x02000000;
constexpr std::int64_t kBySigkill = 9;  // the wait status, in the low bits

TEST(Killer, IsToldByTheDetail) {
  EXPECT_EQ(killer_of(kExit | kExitStatus | kDetail, kBySigkill | 0x20000), "memory");
  EXPECT_EQ(killer_of(kExit | kDetail, 0x40000), "code_signing");
  EXPECT_EQ(killer_of(kExit | kDetail, 0x10000), "decryption");
}

TEST(Killer, IsNobodyWithoutTheFlag) {
  EXPECT_EQ(killer_of(kExit | kExitStatus, kBySigkill), "") << "kill -9";
  EXPECT_EQ(killer_of(kExit | kExitStatus, kBySigkill | 0x20000), "");
  EXPECT_EQ(killer_of(kExit | kDetail, kBySigkill), "");
}

TEST(Identity, OfANativeProcessOnAppleSilicon) {
  const SystemValues values{0, 1, "15.1", "24.1.0"};
  EXPECT_EQ(translation_of(values), "");
  EXPECT_EQ(hardware_of(values), "arm64");
  EXPECT_EQ(version_of(values), "macOS 15.1");
  EXPECT_EQ(pressure_of(1), "normal");
}

TEST(Identity, OfATranslatedProcess) {
  EXPECT_EQ(translation_of({1, 1, "14.6", "23.6.0"}), "rosetta");
  EXPECT_EQ(hardware_of({1, {}, "14.6", "23.6.0"}), "arm64");
}

TEST(Identity, OfAnIntelMac) {
  const SystemValues values{{}, {}, "12.7", "21.6.0"};
  EXPECT_EQ(translation_of(values), "");
  EXPECT_EQ(hardware_of(values), "x86_64");
  EXPECT_EQ(pressure_of(2), "warning");
}

HostIdentity apple_silicon(const char* architecture, const char* translation) {
  HostIdentity host;
  host.os = "macos";
  host.hardware = "arm64";
  host.architecture = architecture;
  host.translation = translation;
  host.cpu_features = {"sse4_2"};
  return host;
}

TEST(SeenBy, ANativeProcessThatATranslatedOneStarts) {
  const auto seen = seen_by(apple_silicon("x86_64", "rosetta"), "arm64");
  EXPECT_EQ(seen.translation, "");
  EXPECT_EQ(seen.architecture, "arm64");
  EXPECT_TRUE(seen.cpu_features.empty()) << "they are those of Rosetta";
}

TEST(SeenBy, ATranslatedProcessThatANativeOneStarts) {
  EXPECT_EQ(seen_by(apple_silicon("arm64", ""), "x86_64").translation, "rosetta");
}

TEST(SeenBy, NothingChangesForOneOfOurOwnKindOrAnUnknownOne) {
  EXPECT_EQ(seen_by(apple_silicon("arm64", ""), "arm64").cpu_features.size(), 1U);
  EXPECT_EQ(seen_by(apple_silicon("x86_64", "rosetta"), "").translation, "rosetta");
  HostIdentity linux_host;
  linux_host.os = "linux";
  linux_host.hardware = "arm64";
  EXPECT_EQ(seen_by(linux_host, "x86_64").translation, "");
}

TEST(Version, OfASystemThatHidesItsOwn) {
  EXPECT_EQ(version_of({1, 1, "10.16", "20.6.0"}), "macOS 11");
  EXPECT_EQ(version_of({1, 1, "10.16", "24.0.0"}), "macOS 15");
  EXPECT_EQ(version_of({1, 1, "10.16", "25.3.0"}), "macOS 26");
  EXPECT_EQ(version_of({{}, {}, "10.15.7", "19.6.0"}), "macOS 10.15.7");
  EXPECT_EQ(version_of({{}, {}, "", ""}), "macOS");
}

TEST(Pressure, IsEmptyForWhatIsNoLevel) {
  EXPECT_EQ(pressure_of(4), "critical");
  EXPECT_EQ(pressure_of(3), "");
  EXPECT_EQ(pressure_of(std::nullopt), "");
}

TEST(Available, LeavesOutWhatMustBeCompressedFirst) {
  EXPECT_EQ(available_bytes({1000, 10, 500}, 16384), 1510 * 16384);
}

TEST(Use, CountsTheFootprint) {
  TreeUse tree;
  add_use({3'000'000'000, 900'000'000, 12, 24'000'000}, true, 125.0 / 3, tree);
  add_use({100, 50, 1, 0}, false, 1, tree);
  EXPECT_EQ(tree.root_rss_bytes, 3'000'000'000);
  EXPECT_EQ(tree.rss_bytes, 3'000'000'100);
  EXPECT_EQ(tree.processes, 2);
  EXPECT_EQ(tree.threads, 13);
  EXPECT_DOUBLE_EQ(tree.cpu_seconds, 1.0);
}

TEST(Use, FallsBackToWhatIsResident) {
  TreeUse tree;
  add_use({0, 4096, 1, 0}, true, 1, tree);
  EXPECT_EQ(tree.root_rss_bytes, 4096);
}

}  // namespace
}  // namespace km::os::macos
