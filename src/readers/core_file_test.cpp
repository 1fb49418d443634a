// Core files of both byte orders, whole, cut anywhere and broken.
#include "readers/core_file.h"

#include "intake/take_in.h"
#include "readers/core_builder.h"
#include "readers/readers.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace km::readers {
namespace {

using testing::HasSubstr;

Result<> read(const std::string& core, casefile::CaseFile& out) {
  binary::MemorySource source(core);
  return read_core(source, "core.7", "/tmp/core.7", out);
}

CoreBuilder crash() {
  CoreBuilder core;
  core.status(11, 4711, 0x7f0000001010);
  core.process("python3", "/usr/bin/python3 --token=secret");
  core.cause(11, 1, 8);
  core.files({{0x400000, 0x500000, 0, "/usr/bin/python3.11"},
              {0x7f0000000000, 0x7f0000001000, 0, "/env/lib/python3.11/site-packages/x/libfoo.so"},
              {0x7f0000001000, 0x7f0000009000, 1, "/env/lib/python3.11/site-packages/x/libfoo.so"},
              {0x7f1000000000, 0x7f1000001000, 0, "/env/a/libiomp5.so"},
              {0x7f2000000000, 0x7f2000001000, 0, "/usr/lib/libgomp.so.1"}});
  core.status(0, 4712, 0);
  core.memory(0x7f0000001000, std::string(16, '\x90') + std::string("\xc5\xf8\x10\x07", 4) +
                                  std::string(32, '\x90'));
  return core;
}

TEST(CoreFile, TellsSignalPlaceAndLibraries) {
  casefile::CaseFile out;
  const std::string core = crash().text();
  ASSERT_TRUE(intake::is_core_file(core));
  ASSERT_TRUE(read(core, out));
  EXPECT_EQ(out.text("exit.signal"), "SIGSEGV");
  EXPECT_EQ(out.text("crash.exception"), "SIGSEGV, SEGV_MAPERR at 0x8");
  EXPECT_EQ(out.text("crash.process"), "python3");
  EXPECT_EQ(out.text("kernel.argv"), "/usr/bin/python3");
  EXPECT_EQ(out.text("crash.image"), "libfoo.so");
  EXPECT_EQ(out.text("crash.frame"), "libfoo.so`+0x1010");
  EXPECT_EQ(out.text("crash.instruction"), "vmovups");
  EXPECT_EQ(out.text("crash.instruction_set"), "AVX");
  EXPECT_EQ(out.find("libraries.openmp").size(), 2U);
  EXPECT_EQ(out.text("python.version"), "3.11");
  EXPECT_EQ(out.text("python.architecture"), "x86_64");
  EXPECT_EQ(out.number("threads.last"), 2);
  ASSERT_TRUE(out.death.has_value());
  EXPECT_EQ(out.death->pid, 4711);
  EXPECT_EQ(out.death->signal, "SIGSEGV");
  EXPECT_THAT(casefile::to_json(out), testing::Not(HasSubstr("secret")));
  ASSERT_EQ(out.gaps.size(), 1U);
  EXPECT_EQ(out.gaps[0].remedy, "gdb -batch -ex bt /usr/bin/python3.11 /tmp/core.7");
}

TEST(CoreFile, IsReadInTheOtherByteOrderToo) {
  CoreBuilder core;
  core.big_endian = true;
  core.machine = 22;  // s390x
  core.status(6, 7, 0);
  core.process("python3", "python3");
  casefile::CaseFile out;
  ASSERT_TRUE(intake::is_core_file(core.text()));
  ASSERT_TRUE(read(core.text(), out));
  EXPECT_EQ(out.text("exit.signal"), "SIGABRT");
  EXPECT_EQ(out.death->pid, 7);
}

TEST(CoreFile, OfArm) {
  CoreBuilder core;
  core.machine = 183;
  core.status(4, 7, 0x1010);
  core.hardware((1U << 1U) | (1U << 8U));
  core.files({{0x1000, 0x2000, 0, "/a/b.so"}});
  casefile::CaseFile out;
  ASSERT_TRUE(read(core.text(), out));
  EXPECT_EQ(out.text("crash.image"), "b.so");
  EXPECT_EQ(to_text(out.find("cpu.features").at(0)->value), "asimd, atomics");
}

TEST(CoreFile, NumbersOfSegmentsMayStandInASection) {
  CoreBuilder core = crash();
  core.count_in_section = true;
  casefile::CaseFile out;
  ASSERT_TRUE(read(core.text(), out));
  EXPECT_EQ(out.text("crash.instruction"), "vmovups");
}

TEST(CoreFile, OfAnAbortDoesNotBlameTheCLibrary) {
  CoreBuilder core;
  core.status(6, 7, 0x1010);
  core.cause(6, -6, 0);
  core.files({{0x1000, 0x2000, 0, "/lib/libc.so.6"}});
  casefile::CaseFile out;
  ASSERT_TRUE(read(core.text(), out));
  EXPECT_EQ(out.text("crash.exception"), "SIGABRT, SI_TKILL");
  EXPECT_FALSE(out.text("crash.image"));
}

TEST(CoreFile, WithoutASignalIsAGap) {
  CoreBuilder core;
  core.status(0, 7, 0);
  casefile::CaseFile out;
  ASSERT_TRUE(read(core.text(), out));
  EXPECT_FALSE(out.text("exit.signal"));
  EXPECT_THAT(out.gaps.at(0).why, HasSubstr("gcore"));
}

TEST(CoreFile, OtherFilesAreRefused) {
  casefile::CaseFile out;
  for (const std::string& text : {std::string(), std::string("\x7f"),
                                  std::string("\x7f"
                                              "ELF"),
                                  std::string(100, 'x')}) {
    EXPECT_FALSE(intake::is_core_file(text));
    EXPECT_FALSE(read(text, out));
  }
  CoreBuilder program = crash();
  program.type = 2;
  EXPECT_FALSE(intake::is_core_file(program.text()));
  CoreBuilder narrow = crash();
  narrow.width = 1;
  EXPECT_TRUE(intake::is_core_file(narrow.text()));
  const auto result = read(narrow.text(), out);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().what, HasSubstr("32-bit"));
  EXPECT_TRUE(out.facts.empty());
  EXPECT_FALSE(read_core_file("/does/not/exist", out));
}

TEST(CoreFile, CutAnywhereKeepsWhatIsThere) {
  CoreBuilder big = crash();
  big.memory(0x7e0000000000, std::string(std::size_t{256} * 1024, 'm'));
  const std::string whole = big.text();
  for (std::size_t size = 0; size < whole.size(); size += size < 4096 ? 1 : 65536) {
    casefile::CaseFile out;
    const auto result = read(whole.substr(0, size), out);
    EXPECT_EQ(result.has_value(), size >= 64) << size;
    EXPECT_TRUE(!result || out.gaps.size() >= 2) << size;
  }
  casefile::CaseFile out;
  ASSERT_TRUE(read(whole.substr(0, whole.size() - 65536), out));
  EXPECT_EQ(out.text("exit.signal"), "SIGSEGV");
  EXPECT_THAT(out.gaps.at(0).why, HasSubstr("was cut"));
}

TEST(CoreFile, SurvivesEveryChangedByte) {
  const std::string whole = crash().text();
  for (std::size_t at = 0; at < std::min<std::size_t>(whole.size(), 2000); ++at) {
    for (const char byte : {'\0', '\xff', '\x7f'}) {
      std::string broken = whole;
      broken[at] = byte;
      casefile::CaseFile out;
      static_cast<void>(read(broken, out));
    }
  }
}

// The kernel's own core file, where it writes one into the working folder.
TEST(CoreFile, OfTheKernelIsRead) {
  std::ifstream pattern("/proc/sys/kernel/core_pattern");
  std::string where;
  std::getline(pattern, where);
  if (where != "core" && where != "core.%p") GTEST_SKIP() << "cores go to: " << where;
  std::string folder = testing::TempDir() + "km_core_XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
    if (::chdir(folder.c_str()) != 0 || ::setrlimit(RLIMIT_CORE, &limit) != 0) ::_exit(1);
    ::signal(SIGILL, SIG_DFL);
    ::raise(SIGILL);
    ::_exit(2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  std::filesystem::path core;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) core = entry.path();
  if (core.empty()) {
    std::filesystem::remove_all(folder);
    GTEST_SKIP() << "the kernel wrote none";
  }
  casefile::CaseFile out;
  const auto result = read_core_file(core.string(), out);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(result) << result.error().what;
  EXPECT_EQ(out.text("exit.signal"), "SIGILL");
  EXPECT_EQ(out.death->pid, child);
  EXPECT_NE(out.text("crash.process").value_or(""), "");
  EXPECT_EQ(out.text("host.os"), "linux");
}

TEST(CoreFile, AFifoIsNoCoreFile) {
  const std::string path = testing::TempDir() + "km_core_fifo_" + std::to_string(::getpid());
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  casefile::CaseFile out;
  const auto result = read_core_file(path, out);
  std::filesystem::remove(path);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().what, HasSubstr("no regular file"));
}

}  // namespace
}  // namespace km::readers
