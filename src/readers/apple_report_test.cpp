// Whole reports, reports among other lines, and pieces of them.
#include "readers/apple_samples.h"
#include "readers/readers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace km::readers {
namespace {

using casefile::CaseFile;
using testing::HasSubstr;
using testing::Not;

CaseFile read(const std::string& text) {
  CaseFile out;
  EXPECT_TRUE(read_apple_report(text, "r.ips", out)) << text.substr(0, 200);
  for (const auto& fact : out.facts) EXPECT_TRUE(casefile::is_declared(fact.name)) << fact.name;
  return out;
}

// "value [source]"; "-" where nobody told it.
std::string fact(const CaseFile& casefile, std::string_view name) {
  const auto facts = casefile.find(name);
  if (facts.empty()) return "-";
  return casefile::to_text(facts[0]->value) + " [" + facts[0]->source + "]";
}

TEST(AppleReport, ReadsAvxInATranslatedProcess) {
  const CaseFile out = read(kTranslatedAvx);
  EXPECT_EQ(fact(out, "evidence.kind"), "apple crash report [r.ips]");
  EXPECT_EQ(fact(out, "crash.process"), "python3.8 [r.ips:1]");
  EXPECT_EQ(fact(out, "exit.signal"), "SIGILL [r.ips:14]");
  EXPECT_EQ(fact(out, "crash.exception"), "EXC_BAD_INSTRUCTION (SIGILL) [r.ips:14]");
  EXPECT_EQ(fact(out, "crash.termination"), "SIGNAL 4 Illegal instruction: 4 [r.ips:19]");
  EXPECT_EQ(fact(out, "crash.messages"),
            "dyld: in dlopen(), /Users/*/env/lib/libtensorflow_framework.2.dylib [r.ips:23]");
  EXPECT_EQ(fact(out, "host.translation"), "rosetta [r.ips:4]");
  EXPECT_EQ(fact(out, "host.hardware"), "arm64 [r.ips:4]");
  EXPECT_EQ(fact(out, "python.architecture"), "x86_64 [r.ips:4]");
  EXPECT_EQ(fact(out, "host.os"), "macos [r.ips:8]");
  EXPECT_EQ(fact(out, "host.os_version"), "macOS 11.2.1 (20D74) [r.ips:8]");
  EXPECT_EQ(fact(out, "cpu.model"), "Apple M1 [r.ips:48]");
  EXPECT_EQ(fact(out, "crash.queue"), "com.apple.main-thread [r.ips:26]");
  EXPECT_EQ(fact(out, "crash.frame"),
            "libtensorflow_framework.2.dylib`tensorflow::MetricDef::MetricDef() + 59 [r.ips:26]");
  EXPECT_EQ(fact(out, "crash.image"), "libtensorflow_framework.2.dylib [r.ips:26]");
  EXPECT_EQ(fact(out, "crash.instruction"), "vmovups [r.ips:39]");
  EXPECT_EQ(fact(out, "crash.instruction_set"), "AVX [r.ips:39]");
  EXPECT_EQ(fact(out, "libraries.openmp"),
            "/Users/*/env/lib/libiomp5.dylib, /Users/*/env/lib/torch/lib/libomp.dylib [r.ips:41]");
  EXPECT_EQ(fact(out, "libraries.plugins"), "none [r.ips:41]");
  ASSERT_TRUE(out.death);
  EXPECT_EQ(out.death->signal, "SIGILL");
  EXPECT_EQ(out.death->pid, 4711);
  EXPECT_EQ(out.death->time, "2021-03-04T16:06:29Z");
  EXPECT_EQ(out.death->native_stack.size(), 3U);
  EXPECT_EQ(out.death->native_stack[2], "python3.8 + 763613");
}

TEST(AppleReport, ProvesTranslationByTheThreadAlone) {
  const CaseFile out = read(
      "Exception Type:  EXC_BAD_ACCESS (SIGSEGV)\n\nThread 2:: com.apple.rosetta.exceptionserver\n"
      "0   runtime   0x00007ffdffd16af8 0x7ffdffd14000 + 11000\n");
  EXPECT_EQ(fact(out, "host.translation"), "rosetta [r.ips:3]");
  EXPECT_EQ(fact(out, "libraries.openmp"), "-");
}

TEST(AppleReport, ReadsAnAbort) {
  const CaseFile out = read(kNativeAbort);
  EXPECT_EQ(fact(out, "host.translation"), "none [r.ips:6]");
  EXPECT_EQ(fact(out, "host.hardware"), "arm64 [r.ips:6]");
  EXPECT_EQ(fact(out, "exit.signal"), "SIGABRT [r.ips:11]");
  EXPECT_EQ(fact(out, "crash.termination"), "SIGNAL 6 Abort trap: 6 [r.ips:14]");
  EXPECT_EQ(fact(out, "crash.messages"),
            "abort() called, VM - pmap_enter failed with resource shortage [r.ips:18]");
  EXPECT_EQ(fact(out, "crash.frame"),
            "_solver.cpython-310-darwin.so`solve(Matrix const&) + 244 [r.ips:23]");
}

TEST(AppleReport, ReadsTheJsonForm) {
  const CaseFile out = read(kMlxSegfault);
  EXPECT_EQ(fact(out, "crash.process"), "python3.12 [r.ips, app_name]");
  EXPECT_EQ(fact(out, "exit.signal"), "SIGSEGV [r.ips, exception.signal]");
  EXPECT_EQ(fact(out, "crash.exception"),
            "EXC_BAD_ACCESS (SIGSEGV), KERN_INVALID_ADDRESS at 0x8 [r.ips, exception.type]");
  EXPECT_EQ(fact(out, "crash.termination"),
            "SIGNAL 11 Segmentation fault: 11 [r.ips, termination.namespace]");
  EXPECT_EQ(fact(out, "crash.messages"), "first line, second line [r.ips, asi.libsystem_c.dylib]");
  EXPECT_EQ(fact(out, "host.translation"), "none [r.ips, translated]");
  EXPECT_EQ(fact(out, "host.model"), "Mac16,7 [r.ips, modelCode]");
  EXPECT_EQ(fact(out, "crash.queue"), "metal gpu stream, worker [r.ips, threads]");
  EXPECT_EQ(fact(out, "crash.stack"),
            "libmlx.dylib`<deduplicated_symbol> + 12, "
            "libmlx.dylib`mlx::core::fast::CustomKernel::eval_gpu(int) + 44, libmlx.dylib + 300, "
            "libsystem_kernel.dylib`_pthread_start + 136 [r.ips, threads]");
  EXPECT_EQ(fact(out, "crash.frame"),
            "libmlx.dylib`mlx::core::fast::CustomKernel::eval_gpu(int) + 44 [r.ips, threads]");
  EXPECT_EQ(fact(out, "crash.instruction"), "-");
  EXPECT_EQ(fact(out, "libraries.plugins"),
            "/opt/tensorflow-plugins/libmetal_plugin.dylib [r.ips, usedImages]");
  EXPECT_EQ(fact(out, "libraries.foreign_architecture"), "/opt/x/libold.dylib [r.ips, usedImages]");
  EXPECT_EQ(fact(out, "libraries.openmp"), "none [r.ips, usedImages]");
  EXPECT_EQ(out.death->time, "2026-03-02T19:39:56Z");
}

TEST(AppleReport, ReadsAnIntelMac) {
  const CaseFile out = read(kIntelUser);
  EXPECT_EQ(fact(out, "host.translation"), "none [r.ips, cpuType]");
  EXPECT_EQ(fact(out, "host.hardware"), "x86_64 [r.ips, cpuType]");
  EXPECT_EQ(fact(out, "crash.frame"), "tool + 158 [r.ips, threads]");
  EXPECT_EQ(fact(out, "crash.queue"),
            "com.apple.main-thread [r.ips, legacyInfo.threadTriggered.queue]");
  EXPECT_EQ(fact(out, "crash.instruction"), "vmovups [r.ips, instructionByteStream.atPC]");
}

TEST(AppleReport, ReadsJetsam) {
  const CaseFile out = read(jetsam("vm-pageshortage"));
  EXPECT_EQ(fact(out, "evidence.kind"), "apple jetsam report [r.ips]");
  EXPECT_EQ(fact(out, "jetsam.reason"), "vm-pageshortage [r.ips, processes.reason]");
  EXPECT_EQ(fact(out, "jetsam.victim"), "python3.11 [r.ips, processes.reason]");
  EXPECT_EQ(fact(out, "jetsam.victim_bytes"), "16384000 [r.ips, processes.reason]");
  EXPECT_EQ(fact(out, "exit.signal"), "-");
  EXPECT_EQ(fact(out, "crash.exception"), "-");
  EXPECT_EQ(fact(read(jetsam("vnode-limit")), "jetsam.reason"),
            "vnode-limit [r.ips, processes.reason]");
}

TEST(AppleReport, ReadsJetsamAsText) {
  const CaseFile out = read(
      "{\"bug_type\":\"298\",\"os_version\":\"iPhone OS 9.1 (13B143)\"}\n"
      "Largest process:   python\n\n"
      "Processes\n"
      "   backboardd <0a1b2c3d000040008000aabbccddeeff>  900 [highwater]   (daemon)\n"
      "   mediaserverd <0a1b2c3d000040008000aabbccddeeff>  900  (daemon)\n");
  EXPECT_EQ(fact(out, "jetsam.reason"), "highwater [r.ips:5]");
  EXPECT_EQ(fact(out, "jetsam.victim"), "backboardd [r.ips:5]");
  EXPECT_EQ(fact(out, "host.os"), "ios [r.ips, os_version]");
}

TEST(AppleReport, ReadsTextFollowedByJson) {
  const std::string text = kNativeAbort + "\n-----------\nFull Report\n-----------\n\n" +
                           R"({"bug_type":"309"}
{"pid":815,"translated":false,"cpuType":"ARM-64","procName":"Python","usedImages":[{"path":"/opt/lib/libomp.dylib","name":"libomp.dylib"}],
"ktriageinfo":"VM - again"}
)";
  const CaseFile out = read(text);
  EXPECT_EQ(fact(out, "exit.signal"), "SIGABRT [r.ips:11]");
  EXPECT_EQ(fact(out, "crash.frame"),
            "_solver.cpython-310-darwin.so`solve(Matrix const&) + 244 [r.ips:23]");
  EXPECT_EQ(fact(out, "libraries.openmp"), "/opt/lib/libomp.dylib [r.ips, usedImages]");
}

TEST(AppleReport, ReadsALaunchThatFailed) {
  const char* const kReasons =
      "Library not loaded: @rpath/libpython3.9.dylib, Referenced from: /Users/*/bin/tool, "
      "Reason: tried: '/opt/libpython3.9.dylib' (no such file)";
  const CaseFile text = read(
      "Code Type:             ARM-64 (Native)\n"
      "Termination Reason:    Namespace DYLD, Code 1 Library missing\n"
      "Library not loaded: @rpath/libpython3.9.dylib\n"
      "Referenced from: /Users/jane/bin/tool\n"
      "Reason: tried: '/opt/libpython3.9.dylib' (no such file)\n"
      "(terminated at launch; ignore backtrace)\n"
      "Terminating Process:   tool [7]\n");
  EXPECT_EQ(fact(text, "crash.termination"), "DYLD 1 Library missing [r.ips:2]");
  EXPECT_EQ(fact(text, "crash.messages"), std::string(kReasons) + " [r.ips:3]");
  const CaseFile json = read(
      R"json("termination" : {"code":1,"flags":518,"namespace":"DYLD","indicator":"Library missing",
"reasons":["Library not loaded: @rpath\/libpython3.9.dylib","Referenced from: \/Users\/jane\/bin\/tool",
"Reason: tried: '\/opt\/libpython3.9.dylib' (no such file)"]},)json");
  EXPECT_EQ(fact(json, "crash.termination"),
            "DYLD 1 Library missing [r.ips, termination.namespace]");
  EXPECT_EQ(fact(json, "crash.messages"), std::string(kReasons) + " [r.ips, termination.reasons]");
}

TEST(AppleReport, KnowsTheLabelsOfEachSystem) {
  // macOS 10.15
  CaseFile out = read("Termination Reason:    DYLD, [0x1] Library missing\n");
  EXPECT_EQ(fact(out, "crash.termination"), "DYLD 1 Library missing [r.ips:1]");
  // macOS 26
  out = read(
      "Process: python [5]\nTermination Reason:  Namespace SIGNAL, Code 6, Abort trap: 6\n"
      "Triggered by Thread: 4, Dispatch Queue: com.Metal.CompletionQueueDispatch\n");
  EXPECT_EQ(fact(out, "crash.termination"), "SIGNAL 6 Abort trap: 6 [r.ips:2]");
  EXPECT_EQ(fact(out, "exit.signal"), "SIGABRT [r.ips:2]");
  EXPECT_EQ(fact(out, "crash.queue"), "com.Metal.CompletionQueueDispatch [r.ips:3]");
  // iOS
  out = read(
      "Exception Type:  EXC_CRASH (SIGABRT)\nThread 2 name:  Dispatch queue: render\n"
      "Thread 2 Crashed:\n0   tool   0x0000000100f4c000 draw + 12\n");
  EXPECT_EQ(fact(out, "crash.queue"), "render [r.ips:3]");
  EXPECT_EQ(fact(out, "crash.frame"), "tool`draw + 12 [r.ips:3]");
}

TEST(AppleReport, ReadsPieces) {
  CaseFile out = read(
      "it says\n> Exception Type:  EXC_BAD_ACCESS (Code Signature Invalid)\n"
      "> Code Type:       ARM-64 (Native)\n");
  EXPECT_EQ(fact(out, "exit.signal"), "SIGKILL [r.ips:2]");
  EXPECT_EQ(fact(out, "crash.exception"), "EXC_BAD_ACCESS (Code Signature Invalid) [r.ips:2]");
  EXPECT_EQ(fact(out, "host.translation"), "none [r.ips:3]");

  out = read(
      "Exception Type:        EXC_BAD_ACCESS (SIGKILL (Code Signature Invalid))\n"
      "Exception Codes:       UNKNOWN_0x32 at 0x0000000104184000\n"
      "Exception Codes:       0x0000000000000032, 0x0000000104184000\n"
      "Termination Reason:    Namespace CODESIGNING, Code 2 ");
  EXPECT_EQ(fact(out, "exit.signal"), "SIGKILL [r.ips:1]");
  EXPECT_EQ(fact(out, "crash.termination"), "CODESIGNING 2 [r.ips:4]");

  out = read(
      R"(10:00:01 {"imageOffset":14,"symbol":"__kmp_launch_thread","symbolLocation":336,"imageIndex":1},{"imageOffset":28,"symbol":"thread_start","symbolLocation":8,"imageIndex":415})");
  EXPECT_EQ(fact(out, "crash.stack"),
            "???`__kmp_launch_thread + 336, ???`thread_start + 8 [r.ips, frames]");
  EXPECT_EQ(fact(out, "crash.frame"), "???`__kmp_launch_thread + 336 [r.ips, frames]");
  EXPECT_EQ(fact(out, "crash.image"), "-");
}

TEST(AppleReport, FindsAReportAmongOtherLines) {
  const CaseFile out =
      read("[I 10:00:00 NotebookApp] {\"pid\":1,\"timestamp\":\"2020-01-01 00:00:00 +0000\"}\n" +
           kNativeAbort + "\nthanks for any help\n");
  EXPECT_EQ(fact(out, "crash.process"), "Python [r.ips:6]");
  EXPECT_EQ(out.death->pid, 815);
  EXPECT_EQ(out.death->time, "");
}

TEST(AppleReport, SaysNoToOtherTexts) {
  for (const char* text :
       {"", "Traceback (most recent call last):\n", "Process: eating [1]\nVersion: 3\n",
        "Exception Type: System.NullReferenceException\n", "{\"cells\":[],\"nbformat\":4}",
        "see EXC_BAD_ACCESS and \"asi\" in the manual", "Thread 3: received signal\n",
        "{\"processes\":[{\"name\":\"x\",\"reason\":\"because\"}],\"pid\":3}"}) {
    CaseFile out;
    EXPECT_FALSE(read_apple_report(text, "r", out)) << text;
    EXPECT_TRUE(out.facts.empty());
    EXPECT_FALSE(out.death);
  }
}

TEST(AppleReport, TellsNoIdentifier) {
  for (const std::string& text : {kTranslatedAvx, kMlxSegfault, jetsam("highwater")}) {
    const std::string written = casefile::to_json(read(text));
    EXPECT_THAT(written, Not(HasSubstr("jane")));
    EXPECT_THAT(written, Not(HasSubstr("0A1B2C3D")));
    EXPECT_THAT(written, Not(HasSubstr("0a1b2c3d")));
  }
}

}  // namespace
}  // namespace km::readers
