// Apple reports in the shapes that macOS and iOS write them, for tests.
#pragma once

#include <string>

namespace km::readers {

// macOS 11: AVX in a process that Rosetta translates.
inline const std::string kTranslatedAvx =
    R"(Process:               python3.8 [4711]
Path:                  /Users/jane/*/python3.8
Identifier:            python3.8
Code Type:             X86-64 (Translated)
Parent Process:        zsh [400]

Date/Time:             2021-03-04 17:06:29.603 +0100
OS Version:            macOS 11.2.1 (20D74)
Report Version:        12
Anonymous UUID:        0A1B2C3D-0000-4000-8000-0123456789AB

Crashed Thread:        0  Dispatch queue: com.apple.main-thread

Exception Type:        EXC_BAD_INSTRUCTION (SIGILL)
Exception Codes:       0x0000000000000001, 0x0000000000000000
Exception Note:        EXC_CORPSE_NOTIFY

Termination Signal:    Illegal instruction: 4
Termination Reason:    Namespace SIGNAL, Code 0x4
Terminating Process:   exc handler [4711]

Application Specific Information:
dyld: in dlopen()
/Users/jane/env/lib/libtensorflow_framework.2.dylib

Thread 0 Crashed:: Dispatch queue: com.apple.main-thread
0   libtensorflow_framework.2.dylib	0x00000001047d56cb tensorflow::MetricDef::MetricDef() + 59
1   dyld                          	0x00000001006a4bd9 ImageLoaderMachO::doModInitFunctions() + 137
2   python3.8                     	0x00000001002ba6dd 0x100200000 + 763613

Thread 1:: com.apple.rosetta.exceptionserver
0   runtime_t8027                 	0x00007ffdffd16af8 0x7ffdffd14000 + 11000

Thread 0 crashed with X86 Thread State (64-bit):
  rax: 0x0000000000000001  rbx: 0x0000600001fcf5c0

Thread 0 instruction stream:
  48 89 e5 41 56 53 48 89-fb 48 8d 05 11 22 33 00  H..AVSH..H...3..
  0f 57 c0 90[c5]fc 11 07-c3 90 90 90 90 90 90 90  .W..............	<==

Binary Images:
       0x100200000 -        0x1002fffff +python3.8 (0) <0A1B2C3D-0000-4000-8000-0123456789AB> /Users/jane/env/bin/python3.8
       0x1047d4000 -        0x1057d7fff +libtensorflow_framework.2.dylib (0) <0A1B2C3D-0000-4000-8000-0123456789AB> /Users/jane/env/lib/libtensorflow_framework.2.dylib
       0x108000000 -        0x1080fffff +libomp.dylib (0) <0A1B2C3D-0000-4000-8000-0123456789AB> /Users/jane/env/lib/torch/lib/libomp.dylib
       0x109000000 -        0x1090fffff +libiomp5.dylib (0) <0A1B2C3D-0000-4000-8000-0123456789AB> /Users/jane/env/lib/libiomp5.dylib
    0x7ffdffd14000 -     0x7ffdffd87fff +runtime_t8027 (182) <0A1B2C3D-0000-4000-8000-0123456789AB> /Library/Apple/*/runtime_t8027

Model: MacBookPro17,1, BootROM 6723.81.1, 8 processors, Apple M1, 16 GB, SMC
)";

// macOS 12, native: libc++ ends the process for an exception that nobody caught.
inline const std::string kNativeAbort =
    R"(-------------------------------------
Translated Report (Full Report Below)
-------------------------------------

Process:               Python [815]
Code Type:             ARM-64 (Native)
OS Version:            macOS 12.4 (21F79)

Crashed Thread:        3

Exception Type:        EXC_CRASH (SIGABRT)
Exception Codes:       0x0000000000000000, 0x0000000000000000

Termination Reason:    Namespace SIGNAL, Code 6 Abort trap: 6
Terminating Process:   Python [815]

Application Specific Information:
abort() called

Kernel Triage:
VM - pmap_enter failed with resource shortage

Thread 3 Crashed:
0   libsystem_kernel.dylib        	       0x1b1b2c2f0 __pthread_kill + 8
1   libsystem_pthread.dylib       	       0x1b1b662f0 pthread_kill + 288
2   libsystem_c.dylib             	       0x1b1aa8000 abort + 180
3   libc++abi.dylib               	       0x1b1b1c0b0 abort_message + 132
4   _solver.cpython-310-darwin.so 	       0x1041d56cb solve(Matrix const&) + 244 (solve.cpp:12)
5   Python                        	       0x1002d4000 cfunction_call + 80
)";

// clang-format off: it takes these texts for code
// macOS 26, .ips: a native process dies in a kernel of MLX.
inline const std::string kMlxSegfault =
    R"json({"app_name":"python3.12","timestamp":"2026-03-02 12:40:07.00 -0700","slice_uuid":"0a1b2c3d-0000-4000-8000-0123456789ab","platform":1,"bug_type":"309","os_version":"macOS 26.1 (25B78)","incident_id":"0A1B2C3D-0000-4000-8000-0123456789AB"}
{
  "uptime" : 19000,
  "modelCode" : "Mac16,7",
  "osVersion" : {"train" : "macOS 26.1", "build" : "25B78", "releaseType" : "User"},
  "captureTime" : "2026-03-02 12:39:56.0657 -0700",
  "pid" : 3418,
  "translated" : false,
  "cpuType" : "ARM-64",
  "procName" : "python3.12",
  "procPath" : "\/Users\/jane\/env\/bin\/python3.12",
  "crashReporterKey" : "0A1B2C3D-0000-4000-8000-0123456789AB",
  "storeInfo" : {"deviceIdentifierForVendor":"0A1B2C3D-0000-4000-8000-0123456789AB","thirdParty":true},
  "instructionByteStream" : {"beforePC":"iAAAVOgGANE=","atPC":"CHl5+EgDALQ="},
  "exception" : {"codes":"0x1, 0x8","rawCodes":[1,8],"type":"EXC_BAD_ACCESS","signal":"SIGSEGV","subtype":"KERN_INVALID_ADDRESS at 0x8"},
  "termination" : {"flags":0,"code":11,"namespace":"SIGNAL","indicator":"Segmentation fault: 11","byProc":"exc handler","byPid":3418},
  "asi" : {"libsystem_c.dylib":["first line\nsecond line"]},
  "faultingThread" : 1,
  "threads" : [{"id":1,"queue":"com.apple.main-thread","frames":[{"imageOffset":10,"symbol":"mach_msg","symbolLocation":8,"imageIndex":1}]},
  {"triggered":true,"id":2,"name":"worker","queue":"metal gpu stream","threadState":{"x":[{"value":0}],"flavor":"ARM_THREAD_STATE64"},"frames":[
    {"imageOffset":100,"symbol":"<deduplicated_symbol>","symbolLocation":12,"imageIndex":0},
    {"imageOffset":200,"symbol":"mlx::core::fast::CustomKernel::eval_gpu(int)","symbolLocation":44,"imageIndex":0},
    {"imageOffset":300,"imageIndex":0},
    {"imageOffset":400,"symbol":"_pthread_start","symbolLocation":136,"imageIndex":1}]}],
  "usedImages" : [
  {"source":"P","arch":"arm64","base":1,"size":2,"uuid":"0a1b2c3d-0000-4000-8000-0123456789ab","path":"\/Users\/jane\/env\/lib\/mlx\/libmlx.dylib","name":"libmlx.dylib"},
  {"source":"P","arch":"arm64e","base":1,"size":2,"path":"\/usr\/lib\/system\/libsystem_kernel.dylib","name":"libsystem_kernel.dylib"},
  {"source":"P","arch":"x86_64","base":1,"size":2,"path":"\/opt\/x\/libold.dylib","name":"libold.dylib"},
  {"source":"P","arch":"arm64","base":1,"size":2,"path":"\/opt\/tensorflow-plugins\/libmetal_plugin.dylib","name":"libmetal_plugin.dylib"}],
  "sharedCache" : {"base":1,"size":2,"uuid":"0a1b2c3d-0000-4000-8000-0123456789ab"},
  "vmSummary" : "ReadOnly portion of Libraries: Total=1G\n"
}
)json";

// macOS 12, an Intel Mac: nothing says "translated".
inline const std::string kIntelUser =
    R"json({"app_name":"tool","timestamp":"2022-01-06 15:09:22.00 +0200","bug_type":"309","os_version":"macOS 12.1 (21C52)"}
{
  "captureTime" : "2022-01-06 15:09:22.6192 +0200",
  "pid" : 102,
  "cpuType" : "X86-64",
  "procName" : "tool",
  "exception" : {"type":"EXC_BAD_ACCESS","signal":"SIGSEGV","subtype":"KERN_INVALID_ADDRESS at 0x0"},
  "instructionByteStream" : {"atPC":"xfwQBw=="},
  "faultingThread" : 0,
  "threads" : [{"frames":[{"imageOffset":0,"imageIndex":0},{"imageOffset":677,"symbol":"nanosleep","symbolLocation":196,"imageIndex":1},{"imageOffset":158,"imageIndex":2}]}],
  "usedImages" : [{"size":0},{"path":"\/usr\/lib\/system\/libsystem_c.dylib","name":"libsystem_c.dylib"},{"path":"\/bin\/tool","name":"tool"}],
  "legacyInfo" : {"threadTriggered" : {"queue" : "com.apple.main-thread"}}
}
)json";

// Jetsam; `reason` as the kernel names it.
inline std::string jetsam(const std::string& reason) {
  return R"json({"bug_type":"298","timestamp":"2024-08-05 17:06:39.79 -0500","os_version":"macOS 14.5 (23F79)","incident_id":"0A1B2C3D-0000-4000-8000-0123456789AB"}
{
  "crashReporterKey" : "0A1B2C3D-0000-4000-8000-0123456789AB",
  "product" : "Mac14,2",
  "date" : "2024-08-05 17:06:39.78 -0500",
  "memoryStatus" : {"compressorSize" : 37529, "pageSize" : 16384, "memoryPages" : {"free" : 2647}},
  "largestProcess" : "WindowServer",
  "processes" : [
  {"uuid" : "0a1b2c3d-0000-4000-8000-0123456789ab", "states" : ["daemon","idle"], "rpages" : 132, "pid" : 19370, "name" : "WindowServer"},
  {"uuid" : "0a1b2c3d-0000-4000-8000-0123456789ab", "states" : ["frontmost"], "rpages" : 1000, "reason" : ")json" +
         reason + R"json(", "pid" : 19371, "name" : "python3.11"}]
}
)json";
}
// clang-format on

}  // namespace km::readers
