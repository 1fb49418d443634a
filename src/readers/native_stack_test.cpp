// Stacks as debuggers, runtimes and libraries print them.
#include "readers/native_stack.h"

#include "readers/readers.h"
#include "readers/whole_excerpt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::readers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

casefile::CaseFile read(std::string_view text) {
  casefile::CaseFile out;
  read_native_stacks(whole_excerpt(text, "stack.txt"), out);
  return out;
}

std::vector<std::string> stack_of(const casefile::CaseFile& out) {
  return out.death ? out.death->native_stack : std::vector<std::string>{};
}

TEST(NativeStack, OfGdb) {
  const auto out = read(R"(Thread 1 "python" received signal SIGSEGV, Segmentation fault.
0x00007fffdc82ff10 in nsync::nsync_mu_init(nsync::nsync_mu_s_*) ()
   from /env/lib/python3.8/site-packages/tensorflow/_pywrap.so
(gdb) bt
#0  0x00007fffdc82ff10 in nsync::nsync_mu_init(nsync::nsync_mu_s_*) ()
   from /env/lib/python3.8/site-packages/tensorflow/_pywrap.so
#1  0x00007fffdc000001 in std::function<void (int)>::operator() (this=0x1, token=42) from /env/lib/libother.so
#2  main (argc=2, argv=0x7ffe) at ../Programs/python.c:15)");
  EXPECT_THAT(stack_of(out),
              ElementsAre("_pywrap.so`nsync::nsync_mu_init(nsync::nsync_mu_s_*)",
                          "libother.so`std::function<void (int)>::operator()", "main"));
  EXPECT_EQ(out.text("crash.frame"), "_pywrap.so`nsync::nsync_mu_init(nsync::nsync_mu_s_*)");
  EXPECT_EQ(out.text("crash.image"), "_pywrap.so");
  EXPECT_EQ(out.text("evidence.kind"), "gdb backtrace");
  EXPECT_EQ(out.find("crash.frame")[0]->source, "stack.txt:5");
}

TEST(NativeStack, OfGdbWithOnlyTheStop) {
  const auto out = read(
      "Program received signal SIGILL, Illegal instruction.\n"
      "0x00007fffdc82ff10 in f(int*) ()\n   from /a/libx.so");
  EXPECT_EQ(out.text("crash.frame"), "libx.so`f(int*)");
}

TEST(NativeStack, OfAllThreadsIsTheOneWithTheSignal) {
  const auto out = read(R"(Thread 3 (Thread 0x7f (LWP 12)):
#0  0x00007f in poll () from /lib/libc.so.6
#1  0x00007f in worker () from /a/libpool.so
Thread 1 (Thread 0x7f (LWP 10)):
#0  0x00007f in raise () from /lib/libc.so.6
#1  <signal handler called>
#2  0x00007f in __kmp_suspend_64 () from /a/libiomp5.so
#3  0x00007f in start () from /b/libgomp.so.1)");
  EXPECT_EQ(out.text("crash.frame"), "libiomp5.so`__kmp_suspend_64");
  EXPECT_EQ(out.find("libraries.openmp").size(), 2U);
}

TEST(NativeStack, OfLldb) {
  const auto out = read(R"(Process 67904 stopped
  thread #1, queue = 'com.apple.main-thread'
    frame #0: 0x0000000199bd9388 libsystem_kernel.dylib`__psynch_cvwait + 8
* thread #3, name = 'w', queue = 'pool', stop reason = EXC_BAD_ACCESS (code=1, address=0x8)
  * frame #0: 0x00000001064 libomp.dylib`void __kmp_suspend_64<false, true>(int, kmp_flag_64<false, true>*) + 48
    frame #1: 0x0000000101a libtorch_cpu.dylib`at::parallel(long) at Parallel.cpp:12:3 [opt]
(lldb) image list libomp.dylib
[  0] E3A31AB3-3AE5-3371-87D0-7FD870A41A0D 0x00000001034d0000 /env/sklearn/.dylibs/libomp.dylib
[  1] ACB8253B-DF8F-36C8-8100-C896CD3382ED 0x00000001063e4000 /opt/lib/libomp.dylib)");
  EXPECT_THAT(
      stack_of(out),
      ElementsAre("libomp.dylib`void __kmp_suspend_64<false, true>(int, kmp_flag_64<false, true>*)",
                  "libtorch_cpu.dylib`at::parallel(long)"));
  EXPECT_EQ(out.text("exit.signal"), "SIGSEGV");
  EXPECT_EQ(out.text("crash.exception"), "EXC_BAD_ACCESS (code=1, address=0x8)");
  EXPECT_EQ(out.text("crash.queue"), "pool");
  EXPECT_EQ(out.find("libraries.openmp").size(), 2U);
}

TEST(NativeStack, SkipsTheWayToAbort) {
  const auto out = read(R"(* thread #1, stop reason = signal SIGABRT
    frame #0: 0x0000000199b libsystem_kernel.dylib`__pthread_kill + 8
    frame #1: 0x0000000199b libc++abi.dylib`abort_message + 132
    frame #2: 0x0000000199b libonnx.dylib`onnx::run() + 3)");
  EXPECT_EQ(out.text("exit.signal"), "SIGABRT");
  EXPECT_EQ(out.text("crash.frame"), "libonnx.dylib`onnx::run()");
  EXPECT_FALSE(out.text("crash.exception"));
}

TEST(NativeStack, OfCoredumpctl) {
  const auto out = read(R"(           PID: 4711 (python3)
        Signal: 11 (SEGV)
    Executable: /usr/bin/python3.11
       Message: Process 4711 (python3) of user 1000 dumped core.

                Stack trace of thread 4711:
                #0  0x00007f1c n/a (libfoo.so + 0x1234)
                #1  0x00007f1c _PyEval_EvalFrameDefault (python3.11 + 0x1)

                Stack trace of thread 4712:
                #0  0x00007f1c poll (libc.so.6 + 0x5))");
  EXPECT_THAT(stack_of(out), ElementsAre("libfoo.so`???", "python3.11`_PyEval_EvalFrameDefault"));
  EXPECT_EQ(out.text("crash.process"), "python3.11");
}

TEST(NativeStack, OfGlibc) {
  const auto out = read(R"(*** Error in `python3': free(): invalid pointer: 0x00007f98524c1b80 ***
======= Backtrace: =========
/lib/x86_64-linux-gnu/libc.so.6(+0x777e5)[0x7f986429c7e5]
/lib/x86_64-linux-gnu/libc.so.6(cfree+0x4c)[0x7f98642a953c]
/env/torch/lib/libshm.so(_ZNSt6locale5_ImplC2Em+0x1e3)[0x7f985225d953]
python3[0x421e0f]
======= Memory map: ========)");
  EXPECT_EQ(out.text("exit.signal"), "SIGABRT");
  EXPECT_EQ(out.text("crash.messages"), "free(): invalid pointer");
  EXPECT_THAT(stack_of(out), ElementsAre("libc.so.6`+0x777e5", "libc.so.6`cfree",
                                         "libshm.so`_ZNSt6locale5_ImplC2Em", "python3`???"));
  EXPECT_EQ(out.text("crash.image"), "libshm.so");
}

TEST(NativeStack, OfAbseil) {
  const auto out = read(R"(*** Check failure stack trace: ***
    @     0x7f5553084d59  absl::lts_20250814::log_internal::LogMessage::SendToLog()
    @     0x7f55525e1e4d  google::protobuf::internal::AddDescriptors()
    @     0x7f5552df2a61  (unknown))");
  EXPECT_EQ(out.text("crash.frame"), "google::protobuf::internal::AddDescriptors()");
  EXPECT_EQ(out.text("exit.signal"), "SIGABRT");
  EXPECT_EQ(out.text("evidence.kind"), "abseil stack trace");
}

TEST(NativeStack, OfJulia) {
  const auto out = read(
      "signal (11): Segmentation fault: 11\nin expression starting at none:0\n"
      "uv__io_start at /env/torch/lib/libtorch_cpu.dylib (unknown line)\nstart_reading at "
      "./stream.jl:793");
  EXPECT_EQ(out.text("crash.frame"), "libtorch_cpu.dylib`uv__io_start");
}

TEST(NativeStack, OfFaulthandler) {
  const auto out = read(
      "Current thread's C stack trace (most recent call first):\n"
      "  Binary file \"/usr/bin/python\", at _Py_DumpStack+0x42 [0x55]\n"
      "  Binary file \"/lib/libc.so.6\", at +0x3def0 [0x7f]\n"
      "  Binary file \"/a/libx.so\", at boom+0x1 [0x7f]");
  EXPECT_EQ(out.text("crash.frame"), "libx.so`boom");
}

TEST(NativeStack, OfSanitizerAndValgrind) {
  const auto asan = read(
      "==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1\n"
      "    #0 0x4a5b in fill(int*) /src/fill.c:12:3\n    #1 0x7f12  (/a/libx.so+0x123)");
  EXPECT_EQ(asan.text("crash.exception"), "AddressSanitizer: heap-buffer-overflow");
  EXPECT_THAT(stack_of(asan), ElementsAre("fill(int*)", "libx.so`???"));
  const auto valgrind = read(
      "==7== Invalid read of size 8\n==7==    at 0x48: other (in /a/liby.so)\n==7==    by 0x49: "
      "main (m.c:3)\n"
      "==7== Process terminating with default action of signal 11 (SIGSEGV)\n"
      "==7==    at 0x4C: boom (in /a/libx.so)\n==7==    by 0x4D: main (m.c:3)");
  EXPECT_EQ(valgrind.text("exit.signal"), "SIGSEGV");
  EXPECT_EQ(valgrind.text("crash.frame"), "libx.so`boom");
}

TEST(NativeStack, OfJavaAndFortran) {
  EXPECT_EQ(read("# Problematic frame:\n# C  [libx.so+0x123]  boom+0x12").text("crash.frame"),
            "libx.so`boom");
  const auto fortran = read(
      "forrtl: error (200): program aborting due to control-C event\n"
      "Image              PC                Routine            Line        Source\n"
      "KERNELBASE.dll     00007FF9C5C8361F  Unknown               Unknown  Unknown\n"
      "libifcoremd.dll    00007FF9C83C13D2  Unknown               Unknown  Unknown");
  EXPECT_EQ(fortran.text("crash.image"), "libifcoremd.dll");
}

TEST(NativeStack, OfCocoa) {
  const std::string stack =
      "    0   CoreFoundation                      0x000000019e02eca0 __exceptionPreprocess + 176\n"
      "    1   libobjc.A.dylib                     0x000000019daf2b90 objc_exception_throw + 48\n"
      "    2   _macosx.so                          0x000000010daf2b90 -[Window show:] + 4\n";
  const auto out = read(
      "*** Terminating app due to uncaught exception 'NSInvalid', reason: 'x'\n*** First throw "
      "call stack:\n(\n" +
      stack + ")");
  EXPECT_EQ(out.text("crash.frame"), "_macosx.so`-[Window show:]");
  EXPECT_EQ(out.text("exit.signal"), "SIGABRT");
  EXPECT_TRUE(read("Thread 3:\n" + stack).facts.empty());
}

TEST(NativeStack, OfSystemLibrariesAloneBlamesNone) {
  const auto out = read(
      "* thread #1, stop reason = signal SIGABRT\n    frame #0: 0x01 "
      "libsystem_kernel.dylib`__pthread_kill + 8");
  EXPECT_EQ(out.text("crash.frame"), "libsystem_kernel.dylib`__pthread_kill");
  EXPECT_FALSE(out.text("crash.image"));
}

TEST(NativeStack, AbortTexts) {
  for (const std::string_view text :
       {"*** stack smashing detected ***: terminated", "malloc(): corrupted top size",
        "free(): invalid next size (fast)", "double free or corruption (out)",
        "corrupted size vs. prev_size",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "libc++abi: terminating due to uncaught exception of type std::runtime_error: x",
        "python: a.c:12: f: Assertion `x > 0' failed."}) {
    const auto out = read(text);
    EXPECT_EQ(out.text("exit.signal"), "SIGABRT") << text;
    EXPECT_TRUE(out.text("crash.messages").has_value()) << text;
  }
}

TEST(NativeStack, IsNotSeenInOtherTexts) {
  for (const std::string_view text :
       {"#7 1.234 Collecting numpy (from x)", "#1 SMP Debian", "# 0 comment",
        "#12 [4/5] RUN pip install x",
        "frame #0: c10::Error::Error(std::string) + 0x57 (0x7f in /a/libc10.so)", "me @ 0x7f",
        "failed at /src/a.c:12", "", "array[0x12]"}) {
    const auto out = read(text);
    EXPECT_THAT(stack_of(out), IsEmpty()) << text;
    EXPECT_TRUE(out.facts.empty()) << text;
  }
}

TEST(NativeStack, IsBounded) {
  std::string text = "Program received signal SIGSEGV, Segmentation fault.\n";
  for (int i = 0; i < 5000; ++i)
    text += "#" + std::to_string(i) + "  0x00007f in f (x=1) from /a/libx.so\n";
  EXPECT_LE(stack_of(read(text)).size(), 128U);
}

TEST(OpenMp, RuntimesAreKnownByName) {
  for (const auto* name :
       {"libomp.dylib", "libgomp-a34b3233.so.1.0.0", "libgomp.so.1", "libiomp5md.dll",
        "libomp140.x86_64.dll", "libiomp5.so", "vcomp140.dll"}) {
    EXPECT_TRUE(is_openmp_runtime(name)) << name;
  }
  for (const auto* name : {"libomptarget.so", "libompd", "libm.so", ""})
    EXPECT_FALSE(is_openmp_runtime(name)) << name;
}

}  // namespace
}  // namespace km::readers
