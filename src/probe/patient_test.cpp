// Real interpreters: the developers' .venv with TensorFlow, natively and on a processor without
// AVX.
#include "evidence/host.h"
#include "evidence/packages.h"
#include "os/host.h"
#include "probe/fork.h"
#include "probe/memory.h"
#include "probe/memory_fence.h"
#include "probe/probe.h"
#include "probe/python.h"
#include "probe/test_patient.h"

#include <chrono>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <string_view>
#include <unistd.h>

namespace km::probe {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class PatientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // Tests run somewhere below build/.
    auto folder = std::filesystem::current_path();
    while (!std::filesystem::exists(folder / ".venv/bin/python") && folder != folder.root_path())
      folder = folder.parent_path();
    const auto python = folder / ".venv/bin/python";
    if (!std::filesystem::exists(python)) GTEST_SKIP() << "no .venv here: run scripts/setup";
    patient_.python = python;
    patient_.folder = test_.patient.folder;
    const auto home = evidence::python_home(python, {});
    if (home) patient_.packages = evidence::installed_packages(home->site_packages);
  }

  Answer examine_one(const std::string& name) {
    const std::vector<std::string> only{name};
    const auto answers = examine(patient_, only, {});
    return answers.size() == 1 ? answers.front() : Answer{};
  }
  Answer ask(const Script& script, std::chrono::seconds limit = 60s) {
    const auto signals = os::Signals::take_over();
    const Setting setting{"test", limit, patient_.folder / "home", *signals, stop_};
    return ask_python(patient_, setting, script);
  }

  TestPatient test_{""};
  Patient patient_;
  runner::StopRequest stop_;
};

TEST_F(PatientTest, Starts) {
  const auto answer = examine_one("interpreter");
  EXPECT_EQ(answer.outcome, Outcome::passed) << answer.says;
  EXPECT_THAT(answer.says, HasSubstr("cpython 3."));
}

TEST_F(PatientTest, RunsAsAKernelDoes) {
  // The working folder comes first on sys.path, so that a shadowing file is seen here as well.
  const auto answer =
      ask({.text = "import os\ntell(says=repr(sys.path[0]) + os.environ['PYTHONFAULTHANDLER'])"});
  EXPECT_EQ(answer.says, "''1");
}

TEST_F(PatientTest, TellsAnExceptionInOneLine) {
  const auto answer = ask({.text = "raise ImportError('\\n\\nIMPORTANT\\nthe rest')"});
  EXPECT_EQ(answer.outcome, Outcome::failed);
  EXPECT_EQ(answer.says, "ImportError: IMPORTANT");
}

TEST_F(PatientTest, TellsWhereItHangs) {
  const auto answer =
      ask({.text = "import time\ndef wait_for_ever():\n    time.sleep(1000)\nwait_for_ever()"}, 2s);
  EXPECT_EQ(answer.outcome, Outcome::too_slow);
  EXPECT_THAT(answer.says, HasSubstr("in wait_for_ever"));
}

TEST_F(PatientTest, TellsWhatAForkDid) {
  const auto signals = os::Signals::take_over();
  const Setting setting{"test", 30s, patient_.folder / "home", *signals, stop_};
  const auto ask_child = [&](const char* body) {
    return ask_forked(patient_, setting, std::string("def compute():\n    ") + body);
  };
  EXPECT_EQ(ask_child("return True").outcome, Outcome::passed);
  EXPECT_EQ(ask_child("return False").says, "the child's result is wrong");
  EXPECT_EQ(ask_child("os.kill(os.getpid(), signal.SIGBUS)").says, "the child was ended by SIGBUS");
  EXPECT_EQ(ask_child("raise ValueError('no')").says,
            "the child ended with exit status 1: ValueError: no");
}

TEST_F(PatientTest, AHangingForkIsAnAnswer) {
  const auto signals = os::Signals::take_over();
  const Setting setting{"test", 6s, patient_.folder / "home", *signals, stop_};
  const auto answer =
      ask_forked(patient_, setting, "def compute():\n    time.sleep(1000)\n    return True");
  EXPECT_EQ(answer.outcome, Outcome::failed);
  EXPECT_EQ(answer.says, "the child had no result after 2 s: it hangs");
}

TEST_F(PatientTest, GetsMemory) {
  const auto answer = examine_one("memory");
  EXPECT_EQ(answer.outcome, Outcome::passed) << answer.says;
}

TEST_F(PatientTest, AFenceStopsIt) {
  // A memory cgroup kills, RLIMIT_DATA refuses; both within the fence, and both are told.
  const auto answer = ask({.text = "blocks = []\nfor step in range(40):\n"
                                   "    tell(says=str(step * 16) + ' MiB')\n"
                                   "    try:\n"
                                   "        block = bytearray(2**24)\n"
                                   "    except MemoryError:\n"
                                   "        tell(failed='MemoryError')\n"
                                   "        sys.exit(1)\n"
                                   "    block[::4096] = b'x' * 4096\n"
                                   "    blocks.append(block)\n",
                           .memory_limit_bytes = 128 * kMiB});
  if (answer.outcome == Outcome::died) {
    EXPECT_EQ(answer.death->verdict().cause, "cgroup_memory_limit");
    EXPECT_THAT(answer.says, HasSubstr("after "));
  } else {
    EXPECT_EQ(answer.outcome, Outcome::failed);
    EXPECT_EQ(answer.says, "MemoryError");
  }
}

TEST_F(PatientTest, ImportsWhatIsThere) {
  EXPECT_EQ(examine_one("import-ipykernel").outcome, Outcome::passed);
  EXPECT_EQ(examine_one("import-numpy").outcome, Outcome::passed);
}

TEST_F(PatientTest, ImportsTensorFlow) {
  if (!has_tensorflow(patient_)) GTEST_SKIP() << "TensorFlow is not installed in .venv";
  const auto answer = examine_one("import-tensorflow");
  EXPECT_EQ(answer.outcome, Outcome::passed) << answer.says;
  EXPECT_THAT(answer.says, HasSubstr("tensorflow 2."));
}

TEST_F(PatientTest, RunsAKernel) {
  const auto answer = examine_one("kernel");
  EXPECT_EQ(answer.outcome, Outcome::passed) << answer.says;
}

TEST_F(PatientTest, LacksAnInstruction) {
  if (!has_tensorflow(patient_)) GTEST_SKIP() << "TensorFlow is not installed in .venv";
  if (::access("/usr/bin/qemu-x86_64", X_OK) != 0) GTEST_SKIP() << "qemu-x86_64 is not installed";
  patient_.wrap = {"qemu-x86_64", "-cpu", "Nehalem"};
  const auto answer = examine_one("import-tensorflow");
  ASSERT_EQ(answer.outcome, Outcome::died) << answer.says;
  EXPECT_EQ(answer.death->verdict().cause, "cpu_lacks_instruction");
  EXPECT_THAT(answer.death->casefile.text("probe.library").value_or("(none)"),
              HasSubstr("tensorflow"));
  EXPECT_THAT(answer.says, HasSubstr(" was being loaded"));
}

}  // namespace
}  // namespace km::probe

// The post-mortem asks its own program, behind the launcher, for the processor seen there.
int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "host-facts") {
    std::cout << km::evidence::host_facts_json(km::os::host_identity()) << std::endl;
    return 0;
  }
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
