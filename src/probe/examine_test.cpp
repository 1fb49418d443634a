// The examination of interpreters that do as a test tells them.
#include "probe/probe.h"
#include "probe/probes.h"
#include "probe/python.h"
#include "probe/test_patient.h"
#include "probe/watch.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <thread>
#include <unistd.h>

namespace km::probe {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<Answer> ask(const Patient& patient, const std::vector<std::string>& only) {
  return examine(patient, only, {});
}

const Answer& of(const std::vector<Answer>& answers, std::string_view name) {
  static const Answer kNone;
  const auto found = std::find_if(answers.begin(), answers.end(),
                                  [name](const Answer& answer) { return answer.probe == name; });
  return found == answers.end() ? kNone : *found;
}

TEST(Probes, HaveNamesOfTheirOwnAndStandAfterWhatTheyNeed) {
  std::set<std::string_view> names;
  for (const auto& probe : probes()) {
    EXPECT_TRUE(probe.needs.empty() || names.contains(probe.needs)) << probe.name;
    EXPECT_TRUE(names.insert(probe.name).second) << probe.name;
    EXPECT_TRUE(probe.question.ends_with('?')) << probe.name;
    EXPECT_NE(probe.applies, nullptr) << probe.name;
    EXPECT_NE(probe.ask, nullptr) << probe.name;
    EXPECT_GT(probe.limit.count(), 0) << probe.name;
    EXPECT_TRUE(!probe.needs_gpu || probe.needs.starts_with("devices-")) << probe.name;
  }
  EXPECT_EQ(find("kernel")->name, "kernel");
  EXPECT_EQ(find("no such probe"), nullptr);
}

TEST(Packages, AreKnownByTheirNames) {
  Patient patient;
  patient.packages = {"Tensorflow_CPU 2.21.0", "scikit_learn 1.7.0", "torchvision 1.0"};
  EXPECT_TRUE(has_tensorflow(patient));
  EXPECT_TRUE(has_sklearn(patient));
  EXPECT_FALSE(has_torch(patient));
  EXPECT_FALSE(has_numpy(patient));
}

TEST(Examine, HearsAnAnswerAmongOtherOutput) {
  const TestPatient test(
      R"(echo hello; echo 'kernelmedic: {"says": "all is well"}'; echo goodbye; echo words >&2)");
  const auto answers = ask(test.patient, {"interpreter"});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].outcome, Outcome::passed);
  EXPECT_EQ(answers[0].says, "all is well");
  EXPECT_EQ(answers[0].question, "Does the interpreter start?");
  EXPECT_FALSE(answers[0].death);
}

TEST(Examine, TellsTheExceptionOfAFailure) {
  const TestPatient test("echo 'ImportError: libx.so.1 is not there' >&2; exit 1");
  const auto answers = ask(test.patient, {"interpreter"});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].outcome, Outcome::failed);
  EXPECT_THAT(answers[0].says, StartsWith("ImportError: libx.so.1 is not there"));
}

TEST(Examine, JudgesADeath) {
  const TestPatient test("kill -SEGV $$");
  const auto answers = ask(test.patient, {"interpreter"});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].outcome, Outcome::died);
  EXPECT_THAT(answers[0].says, StartsWith("SIGSEGV: "));
  ASSERT_TRUE(answers[0].death);
  EXPECT_EQ(answers[0].death->casefile.text("exit.signal"), "SIGSEGV");
  EXPECT_EQ(answers[0].death->casefile.text("probe.name"), "interpreter");
}

TEST(Examine, AnInterpreterThatIsNotThereIsAFailure) {
  Patient patient;
  patient.python = "/nonexistent/python";
  const auto answers = ask(patient, {});
  EXPECT_EQ(of(answers, "interpreter").outcome, Outcome::failed);
  EXPECT_THAT(of(answers, "interpreter").says, HasSubstr("/nonexistent/python"));
  EXPECT_EQ(of(answers, "kernel").outcome, Outcome::skipped);
  EXPECT_EQ(of(answers, "kernel").says, "interpreter did not pass");
}

TEST(Examine, SkipsWhatNeedsAFailedImport) {
  const TestPatient test(R"(case $text in
    *"import tensorflow as module"*) kill -ILL $$;;
    *) echo 'kernelmedic: {"says": "well"}';;
  esac)");
  Patient patient = test.patient;
  patient.packages = {"tensorflow 2.21.0"};
  const std::vector<std::string> only{
      "interpreter",    "import-tensorflow", "cpu-tensorflow", "devices-tensorflow",
      "gpu-tensorflow", "cpu-numpy",         "nonsense"};
  const auto answers = ask(patient, only);
  EXPECT_EQ(answers.size(), only.size());
  EXPECT_EQ(of(answers, "interpreter").outcome, Outcome::passed);
  EXPECT_EQ(of(answers, "import-tensorflow").outcome, Outcome::died);
  EXPECT_EQ(of(answers, "cpu-tensorflow").says, "import-tensorflow did not pass");
  EXPECT_EQ(of(answers, "gpu-tensorflow").says, "import-tensorflow did not pass");
  EXPECT_EQ(of(answers, "cpu-numpy").says, "what it asks about is not installed");
  EXPECT_EQ(of(answers, "nonsense").says, "there is no probe of this name");
}

TEST(Examine, SkipsGpusThatAreNotThere) {
  const TestPatient test(R"(echo 'kernelmedic: {"says": "well", "gpus": 0}')");
  Patient patient = test.patient;
  patient.packages = {"torch 2.9"};
  std::vector<std::string> asked;
  const std::vector<std::string> only{"devices-torch", "gpu-torch"};
  const auto answers =
      examine(patient, only, [&asked](std::string_view question) { asked.emplace_back(question); });
  EXPECT_EQ(of(answers, "gpu-torch").outcome, Outcome::skipped);
  EXPECT_EQ(of(answers, "gpu-torch").says, "no GPU is visible");
  EXPECT_EQ(asked.size(), 1U);
}

TEST(Examine, ASignalToUsEndsItInOrder) {
  const TestPatient test("exec sleep 1000");
  runner::StopRequest stop;
  // The question is about to be asked when the progress is told; the signal waits for the loop.
  const auto answers = examine(
      test.patient, std::vector<std::string>{"interpreter", "memory"},
      [](std::string_view) { ::kill(::getpid(), SIGTERM); }, stop);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].outcome, Outcome::skipped);
  EXPECT_EQ(answers[0].says, "stopped by SIGTERM");
  EXPECT_EQ(answers[1].says, "stopped by SIGTERM");
  EXPECT_EQ(stop.exit_code(), 143);
}

// With a time limit of the test's own.
class AskPythonTest : public ::testing::Test {
 protected:
  Answer ask(const Patient& patient, const Script& script, std::chrono::seconds limit) {
    const auto signals = os::Signals::take_over();
    const Setting setting{"test", limit, patient.folder / "home", *signals, stop_};
    return ask_python(patient, setting, script);
  }
  runner::StopRequest stop_;
};

TEST_F(AskPythonTest, TheTimeLimitEndsItAndItsChildren) {
  const TestPatient test(R"(
    echo 'kernelmedic: {"says": "step 1"}'
    printf 'Timeout (0:00:01)!\nThread 0x1 (most recent call first):\n  File "/x/a.py", line 7 in f\n' >&2
    sleep 1000 & echo $! > child; wait)");
  const auto answer = ask(test.patient, {.text = "tell"}, 1s);
  EXPECT_EQ(answer.outcome, Outcome::too_slow);
  EXPECT_EQ(answer.says, "no answer within 1 s, after step 1, it was at /x/a.py:7 in f");
  EXPECT_FALSE(answer.death);
  pid_t child = -1;
  std::ifstream(test.patient.folder / "child") >> child;
  ASSERT_GT(child, 0);
  // Killed with it; its new parent may take a moment to reap it.
  for (int i = 0; i < 1000 && ::kill(child, 0) == 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(::kill(child, 0), -1);
}

TEST_F(AskPythonTest, ALauncherMayHideASignal) {
  const TestPatient test("kill -ILL $$");
  Patient patient = test.patient;
  patient.wrap = {"/bin/sh", "-c", R"("$@"; exit $?)", "launcher"};
  const auto answer = ask(patient, {.text = "tell"}, 20s);
  EXPECT_EQ(answer.outcome, Outcome::failed);
  EXPECT_THAT(answer.says, HasSubstr("/bin/sh has seen SIGILL"));
}

TEST_F(AskPythonTest, AFloodOfOutputIsBounded) {
  const TestPatient test(
      R"(head -c 3000000 /dev/zero | tr '\0' x; echo; echo 'kernelmedic: {"says": "dry"}')");
  const auto answer = ask(test.patient, {.text = "tell"}, 60s);
  EXPECT_EQ(answer.outcome, Outcome::passed);
  EXPECT_EQ(answer.says, "dry");
}

class KernelProbeTest : public ::testing::Test {
 protected:
  Answer ask(const Patient& patient, std::chrono::seconds limit) {
    const auto signals = os::Signals::take_over();
    const Setting setting{"kernel", limit, patient.folder / "home", *signals, stop_};
    return kernel().ask(patient, setting);
  }
  runner::StopRequest stop_;
};

TEST_F(KernelProbeTest, JudgesAKernelThatDiesAtItsStart) {
  const TestPatient test("kill -SEGV $$");
  const auto answer = ask(test.patient, 20s);
  EXPECT_EQ(answer.outcome, Outcome::died);
  EXPECT_THAT(answer.says, StartsWith("it died before it answered: "));
  ASSERT_TRUE(answer.death);
  EXPECT_EQ(answer.death->casefile.text("exit.signal"), "SIGSEGV");
  EXPECT_EQ(answer.death->casefile.text("exit.phase"), "start");
}

TEST_F(KernelProbeTest, JudgesAKernelThatNeverAnswers) {
  const TestPatient test("exec sleep 1000");
  const auto answer = ask(test.patient, 1s);
  EXPECT_EQ(answer.outcome, Outcome::too_slow);
  EXPECT_EQ(answer.says, "it never answered within 1 s");
  EXPECT_TRUE(answer.death);
}

}  // namespace
}  // namespace km::probe
