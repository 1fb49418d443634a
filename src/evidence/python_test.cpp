#include "evidence/collectors.h"
#include "jupyter/cell_name.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::evidence {
namespace {

using ::testing::ElementsAre;

constexpr const char* kSource = "import ctypes\nx = 1\n  ctypes.string_at(0)\n";

Scene crashed_cell() {
  Scene scene;
  scene.python = "/opt/python/bin/python";
  scene.status = os::ExitStatus{SIGSEGV, 0, false, 0, 0, 0};
  casefile::Cell cell;
  cell.source = kSource;
  cell.index = 3;
  scene.cell = cell;
  scene.cell_files = {{jupyter::cell_file_name(kSource), "cell 3"}};
  return scene;
}

casefile::CaseFile collected(const Scene& scene, const std::string& words) {
  casefile::CaseFile out;
  out.death.emplace().cell = scene.cell;
  collect_python(scene, words, out);
  return out;
}

std::vector<std::string> values(const casefile::CaseFile& file, std::string_view name) {
  const auto found = file.find(name);
  return found.empty() ? std::vector<std::string>{}
                       : std::get<std::vector<std::string>>(found[0]->value);
}

bool is_none(const casefile::CaseFile& file, std::string_view name) {
  const auto found = file.find(name);
  return found.size() == 1 && found[0]->value == casefile::Value(casefile::NotThere{});
}

TEST(Python, FindsTheLineOfTheCell) {
  const Scene scene = crashed_cell();
  const auto out = collected(
      scene,
      "Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call first):\n"
      "  File \"/opt/python/lib/python3.11/ctypes/__init__.py\", line 519 in string_at\n"
      "  File \"/tmp/ipykernel_77/" +
          jupyter::cell_file_name(kSource) +
          "\", line 3 in <module>\n"
          "  File \"/opt/python/lib/python3.11/site-packages/IPython/core/interactiveshell.py\", "
          "line 3508 in run_code\n");
  EXPECT_EQ(out.number("cell.line"), 3);
  EXPECT_EQ(out.text("cell.line_text"), "ctypes.string_at(0)");
  EXPECT_EQ(out.death->cell->line, 3);
  EXPECT_THAT(values(out, "python.stack"),
              ElementsAre("ctypes/__init__.py:519 in string_at", "cell 3:3 in <module>",
                          "IPython/core/interactiveshell.py:3508 in run_code"));
  EXPECT_EQ(out.death->python_stack.size(), 3U);
  EXPECT_EQ(out.text("python.fatal_error"), "Segmentation fault");
  EXPECT_EQ(out.number("python.stack_repeats"), 1);
  EXPECT_TRUE(is_none(out, "python.importing"));
  EXPECT_TRUE(is_none(out, "python.error_type"));
  EXPECT_TRUE(out.gaps.empty());
}

TEST(Python, CountsRecursion) {
  std::string words =
      "Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call first):\n";
  for (int i = 0; i < 100; ++i) words += "  File \"a.py\", line 2 in f\n";
  EXPECT_EQ(collected(crashed_cell(), words + "  ...\n").number("python.stack_repeats"), 100);
}

TEST(Python, TakesTheTracebackOfAnExceptionThatNobodyCaught) {
  Scene scene = crashed_cell();
  scene.cell.reset();
  scene.status = os::ExitStatus{0, 1, false, 0, 0, 0};
  const std::string words =
      "Traceback (most recent call last):\n  File \"/home/ada/main.py\", line 1, in <module>\n    "
      "import lib\n"
      "  File \"/home/ada/lib.py\", line 2, in <module>\n    import nothing\nModuleNotFoundError: "
      "No module named 'nothing'\n";
  const auto out = collected(scene, words);
  EXPECT_EQ(out.text("python.error_type"), "ModuleNotFoundError");
  EXPECT_EQ(out.text("python.error_file"), "/home/ada/lib.py");
  EXPECT_EQ(out.text("python.missing_module"), "nothing");
  EXPECT_EQ(values(out, "python.stack").size(), 2U);
  EXPECT_THAT(values(out, "python.importing"), ElementsAre("lib"));
  scene.status->code = 3;  // os._exit after a traceback that was only logged
  EXPECT_TRUE(collected(scene, words).find("python.stack").empty());
}

TEST(Python, SaysWhyThereIsNoStack) {
  Scene scene = crashed_cell();
  const auto crash = collected(scene, "");
  ASSERT_EQ(crash.gaps.size(), 1U);
  EXPECT_NE(crash.gaps[0].remedy.find("PYTHONFAULTHANDLER"), std::string::npos);
  EXPECT_TRUE(is_none(crash, "python.fatal_error"));
  scene.status->signal = SIGKILL;
  EXPECT_EQ(collected(scene, "").gaps.size(), 1U);
  scene.status->signal = 0;
  EXPECT_TRUE(collected(scene, "").gaps.empty());
  scene.status->signal = SIGSEGV;
  scene.python.clear();
  EXPECT_TRUE(collected(scene, "").gaps.empty());
}

TEST(Python, SurvivesALineOutsideTheCell) {
  const auto out =
      collected(crashed_cell(),
                "Fatal Python error: x\nCurrent thread 0x1 (most recent call first):\n  File \"" +
                    jupyter::cell_file_name(kSource) + "\", line 4000 in f\n");
  EXPECT_EQ(out.number("cell.line"), 4000);
  EXPECT_TRUE(out.find("cell.line_text").empty());
}

}  // namespace
}  // namespace km::evidence
