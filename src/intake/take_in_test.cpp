#include "intake/take_in.h"

#include "os/handle.h"
#include "os/tree_fixture.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>

namespace km::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Intake::Kind;

Intake intake(const std::string& bytes) {
  return take_in(std::make_unique<MemorySource>(bytes), "x", LinePatterns());
}

TEST(Intake, RecognisesKindsByContent) {
  EXPECT_EQ(intake("").kind, Kind::empty);
  EXPECT_EQ(intake("one\ntwo\n").kind, Kind::text);
  EXPECT_EQ(intake("[I 2026-03-01 10:00:00.000 ServerApp] started\n").kind, Kind::text);
  EXPECT_EQ(intake("[    1.234] usb 1-1\n").kind, Kind::text);
  EXPECT_EQ(intake("{\"pid\": 7, \"msg\": \"a\"}\n{\"pid\": 7, \"msg\": \"b\"}\n").kind,
            Kind::text);
  EXPECT_EQ(intake("{\n \"a\": 1\n}\n").kind, Kind::json);
  EXPECT_EQ(intake("[\"a\", \"b\"]").kind, Kind::json);
  EXPECT_EQ(intake("{\"cells\": [{\"cell_type\": \"code\"}], \"nbformat\": 4}").kind,
            Kind::notebook);
  EXPECT_EQ(intake("{\"schema\": \"kernelmedic.case/1\"}").kind, Kind::casefile);
  EXPECT_EQ(intake("{\"app_name\":\"python3.11\",\"bug_type\":\"309\"}\n{\"procName\":\"x\"}").kind,
            Kind::apple_report);
  EXPECT_EQ(intake("Process:         Python [42]\nIdentifier:  org.python\n").kind,
            Kind::apple_report);
}

TEST(Intake, TakesNoNoiseForEvidence) {
  std::string noise;
  for (unsigned i = 0; i < 100'000; ++i) noise += static_cast<char>(i * 2654435761U >> 13U);
  const Intake result = intake(noise);
  EXPECT_EQ(result.kind, Kind::binary);
  EXPECT_THAT(result.excerpt.lines, IsEmpty());
}

TEST(Intake, OnlyRecognisesCoreFiles) {
  std::string core(
      "\x7f"
      "ELF\x02\x01\x01",
      7);
  core.resize(16);
  core += std::string("\x04\0\x3e\0\x01\0\0\0", 8);
  core.resize(4096);
  EXPECT_EQ(intake(core).kind, Kind::core_file);
  EXPECT_THAT(intake(core).excerpt.lines, IsEmpty());
}

TEST(Intake, KeepsDocumentsWhole) {
  const Intake json = intake("\xEF\xBB\xBF{\"a\":\n 1}");
  EXPECT_EQ(json.whole, "{\"a\":\n 1}");
  EXPECT_EQ(json.excerpt.total_lines, 2);
  EXPECT_EQ(intake("text\n").whole, "");
  // Pictures are cut out of notebooks, anything else that is too large is only searched.
  const std::string picture(30'000'000, 'A');
  const Intake notebook =
      intake("{\"cells\": [{\"cell_type\": \"code\", \"png\": \"" + picture + "\"}], \"z\": 1}");
  EXPECT_THAT(notebook.whole, ::testing::EndsWith("\"}], \"z\": 1}"));
  EXPECT_LT(notebook.whole.size(), 100'000U);
  const Intake large = intake("{\"a\": \"" + picture + "\"}");
  EXPECT_EQ(large.whole, "");
  EXPECT_THAT(large.notes, ElementsAre(HasSubstr("larger than the 6 MiB")));
}

TEST(Intake, ReadsFilesByPath) {
  const os::TreeFixture tree({{"/server.log", "one\ntwo\n"}, {"/empty", ""}, {"/folder/", ""}});
  const auto log = take_in(tree.path("/server.log").string(), {});
  ASSERT_TRUE(log) << log.error().what;
  EXPECT_EQ(log->name, "server.log");
  EXPECT_EQ(log->excerpt.name, "server.log");
  EXPECT_EQ(joined(log->excerpt), "one\ntwo\n");
  EXPECT_EQ(take_in(tree.path("/server.log").string(), {}, "a/server.log")->excerpt.name,
            "a/server.log");
  EXPECT_EQ(take_in(tree.path("/empty").string(), {})->kind, Kind::empty);
  EXPECT_EQ(take_in("/dev/null", {})->kind, Kind::empty);
  EXPECT_THAT(take_in(tree.path("/missing").string(), {}).error().what, HasSubstr("No such file"));
  EXPECT_THAT(take_in(tree.path("/folder").string(), {}).error().what, HasSubstr("directory"));
}

TEST(Intake, ReadsAPipe) {
  const os::TreeFixture tree;
  const std::string pipe = tree.path("/pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] {
    const os::Fd fd(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(::write(fd.get(), "a line\n", 7), 7);
  });
  const auto result = take_in(pipe, {});
  writer.join();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->excerpt.total_lines, 1000);
}

TEST(Intake, SaysWhatToDoWithAFileThatMayNotBeRead) {
  const os::TreeFixture tree({{"/secret.log", "x"}});
  const std::string path = tree.path("/secret.log").string();
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  ASSERT_EQ(::chmod(tree.path("/").c_str(), 0755), 0);
  // Root may read everything, so somebody else looks: in a child, since there is no way back.
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && ::setuid(kNobody) != 0) ::_exit(2);
    const auto result = take_in(path, {});
    const bool told = !result && result.error().what.find("sudo cat") != std::string::npos;
    ::_exit(told ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "root that may not become anybody else";
  EXPECT_EQ(status, 0);
}

// A file that ends before or goes on behind the size that it had when it was opened.
TEST(Intake, ReadsAFileThatChangesMeanwhile) {
  const std::string lines(std::size_t{40} << 20U, '\n');
  for (const bool grows : {false, true}) {
    const os::TreeFixture tree({{"/x.log", lines}});
    const std::string path = tree.path("/x.log").string();
    std::vector<std::int64_t> seen;
    IntakeOptions options;
    options.progress = [&](std::int64_t done, std::int64_t total) {
      EXPECT_EQ(total, static_cast<std::int64_t>(lines.size()));
      seen.push_back(done);
      if (grows) {
        tree.add("/x.log", lines + lines);
      } else {
        std::filesystem::resize_file(path, 1000);
      }
    };
    const auto result = take_in(path, options);
    ASSERT_TRUE(result);
    EXPECT_THAT(seen, ::testing::SizeIs(grows ? 2 : 1));
    EXPECT_LE(result->excerpt.total_lines, static_cast<std::int64_t>(lines.size()));
    EXPECT_GT(result->excerpt.total_lines, 10'000'000);
  }
}

}  // namespace
}  // namespace km::intake
