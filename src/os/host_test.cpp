#include "os/host.h"

#include "os/fields.h"
#include "os/file.h"
#include "os/kernel_log.h"
#include "os/tree_fixture.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <unistd.h>

namespace km::os {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(Fields, AreCutAnywhere) {
  std::string_view text = "  a\tbc \n";
  EXPECT_EQ(take_field(text), "a");
  EXPECT_EQ(take_field(text), "bc");
  EXPECT_EQ(take_field(text), "");
  EXPECT_EQ(take_field(text), "");
  EXPECT_EQ(to_number("-5"), -5);
  EXPECT_EQ(to_number("5x"), std::nullopt);
  EXPECT_EQ(to_number(""), std::nullopt);
  EXPECT_EQ(to_number<int>("99999999999"), std::nullopt);
  EXPECT_EQ(number_of("xmax 1\nmaximum 2\nmax 3\n", "max"), 3);
  EXPECT_EQ(number_of("max", "max"), std::nullopt);
  EXPECT_EQ(number_of("max x", "max"), std::nullopt);
}

TEST(HostMemory, IsReadFromMeminfo) {
  const TreeFixture tree(
      {{"/proc/meminfo",
        "MemTotal:       1000 kB\nMemFree:        10 kB\nMemAvailable:   400 kB\n"
        "SwapCached:     7 kB\nSwapTotal:      50 kB\nSwapFree:       20 kB\n"}});
  const auto memory = host_memory(tree.root());
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->total_bytes, 1000 * 1024);
  EXPECT_EQ(memory->available_bytes, 400 * 1024);
  EXPECT_EQ(memory->swap_total_bytes, 50 * 1024);
  EXPECT_EQ(memory->swap_free_bytes, 20 * 1024);
}

TEST(HostMemory, IsNothingWhereItIsTorn) {
  const TreeFixture tree({{"/proc/meminfo", "MemTotal:       1000 kB\nMemAv"}});
  EXPECT_FALSE(host_memory(tree.root()));
  EXPECT_FALSE(host_memory(TreeFixture().root()));
  EXPECT_TRUE(host_memory());
  EXPECT_GT(available_memory().value_or(0), 0);
}

TEST(MemoryPressure, IsTheShortAverage) {
  const auto read = [](std::string_view text) {
    return memory_pressure(TreeFixture({{"/proc/pressure/memory", text}}).root());
  };
  EXPECT_DOUBLE_EQ(read("some avg10=1.53 avg60=0.87 avg300=0.31 total=58761459\nfull avg10=0.12 "
                        "avg60=0 total=1\n")
                       .value(),
                   1.53);
  EXPECT_DOUBLE_EQ(read("some avg10=100.00 avg60=0.87 avg300=0.31 total=1\n").value(), 100.0);
  for (const auto* const text :
       {"", "some", "some avg10=", "some avg10=x.yz", "some avg60=1.00", "full avg10=1.00"}) {
    EXPECT_FALSE(read(text)) << text;
  }
  EXPECT_FALSE(memory_pressure(TreeFixture().root()));
}

TEST(HostOomKills, AreCountedForTheWholeMachine) {
  const TreeFixture tree({{"/proc/vmstat", "nr_free_pages 5\noom_kill 12\noom_kill_fake 9\n"}});
  EXPECT_EQ(host_oom_kills(tree.root()), 12);
  EXPECT_EQ(host_oom_kills(TreeFixture({{"/proc/vmstat", "x 1\n"}}).root()), std::nullopt);
}

TEST(HostIdentity, TakesTheNameOfTheSystem) {
  const auto name = [](std::string_view text) {
    return host_identity(TreeFixture({{"/etc/os-release", text}}).root()).os_version;
  };
  EXPECT_EQ(name("NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
            "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(name("PRETTY_NAME='Alpine'"), "Alpine");
  EXPECT_EQ(name("PRETTY_NAME=Arch"), "Arch");
  EXPECT_EQ(name("PRETTY_NAME=\""), "\"");
  EXPECT_EQ(name(""), "");
}

TEST(HostIdentity, OfThisMachine) {
  const auto host = host_identity();
  EXPECT_EQ(host.os, "linux");
  EXPECT_FALSE(host.kernel.empty());
  EXPECT_FALSE(host.architecture.empty());
}

// What CPUID offers and the system saves is what the kernel lists, unless a translator stands
// between.
TEST(HostIdentity, FeaturesAgreeWithTheKernel) {
  const auto host = host_identity();
  if (!host.translation.empty()) GTEST_SKIP() << "translated by " << host.translation;
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::vector<std::string> flags;
  for (std::string line; std::getline(cpuinfo, line) && flags.empty();) {
    if (!line.starts_with("flags") && !line.starts_with("Features")) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    for (std::string word; words >> word;) flags.push_back(word);
  }
  ASSERT_FALSE(flags.empty());
  for (const auto& feature : host.cpu_features) {
    // sse3 is called pni there.
    if (feature != "sse3") {
      EXPECT_THAT(flags, Contains(feature));
    }
  }
  for (const auto* const feature :
       {"ssse3", "sse4_2", "avx", "f16c", "fma", "bmi2", "avx2", "avx512f", "amx_tile"}) {
    EXPECT_EQ(std::ranges::count(flags, feature) != 0,
              std::ranges::count(host.cpu_features, feature) != 0)
        << feature;
  }
}

TEST(Space, IsThatOfTheFileSystem) {
  const auto space = space_of("/");
  ASSERT_TRUE(space);
  EXPECT_GT(space->total_bytes, 0);
  EXPECT_LE(space->free_bytes, space->total_bytes);
  EXPECT_FALSE(space_of("/no/such/folder"));
}

TEST(KernelRecord, IsParsed) {
  const auto record = parse_kernel_record("6,1234,5678901,-;oom-kill:a;b=c\n SUBSYSTEM=memory\n");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->time_us, 5678901);
  EXPECT_EQ(record->text, "oom-kill:a;b=c");
  EXPECT_EQ(parse_kernel_record("6,1,2,c,extra=1;x").value().text, "x");
  for (const auto* const text : {"", ";", "6,1,x,-;text", "no separator", "6,1;text"}) {
    EXPECT_FALSE(parse_kernel_record(text)) << text;
  }
}

TEST(KernelLog, GivesRecordsOrTheWayToThem) {
  const auto log = kernel_log_since(0);
  if (!log) {
    EXPECT_THAT(log.error().what, HasSubstr("/dev/kmsg"));
    EXPECT_THAT(log.error().what,
                testing::AnyOf(HasSubstr("dmesg_restrict"), HasSubstr("container")));
    GTEST_SKIP() << log.error().what;
  }
  if (!log->empty()) {
    EXPECT_EQ(log->front().front(), '[');
  }
  // Nothing is from the future.
  const auto later = kernel_log_since(monotonic_us() * 2 + 3600LL * 1'000'000);
  ASSERT_TRUE(later);
  EXPECT_THAT(*later, testing::IsEmpty());
}

}  // namespace
}  // namespace km::os
