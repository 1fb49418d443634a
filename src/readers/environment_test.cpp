#include "readers/environment_cpu.h"
#include "readers/readers.h"
#include "readers/whole_excerpt.h"

#include <gtest/gtest.h>

namespace km::readers {
namespace {

casefile::CaseFile read(std::string_view text) {
  casefile::CaseFile file;
  read_environment(whole_excerpt(text, "e.txt"), file);
  for (const casefile::Fact& fact : file.facts) {
    EXPECT_TRUE(casefile::is_declared(fact.name)) << fact.name;
    EXPECT_FALSE(fact.source.empty()) << fact.name;
  }
  return file;
}

std::string all(const casefile::CaseFile& file, std::string_view name) {
  std::string text;
  for (const casefile::Fact* fact : file.find(name)) {
    text += (text.empty() ? "" : " & ") + casefile::to_text(fact->value);
  }
  return text;
}

TEST(Environment, ReadsLinesThatPeopleWrite) {
  const auto file = read(
      "os: macOS 12.3\narch: arm64 (x86-64 python)\ncpu: Apple M1 Pro\npython: 3.8.2\n"
      "install_method: Anaconda\nnumpy: 2.1.3\ntorch: present\nwntr: 1.3.2\n");
  EXPECT_EQ(all(file, "host.os"), "macos");
  EXPECT_EQ(all(file, "host.os_version"), "macOS 12.3");
  EXPECT_EQ(all(file, "host.architecture"), "arm64");
  EXPECT_EQ(all(file, "python.architecture"), "x86_64");
  EXPECT_EQ(all(file, "host.hardware"), "arm64");
  EXPECT_EQ(all(file, "host.translation"), "rosetta");
  EXPECT_EQ(all(file, "cpu.model"), "Apple M1 Pro");
  EXPECT_EQ(all(file, "python.version"), "3.8.2");
  EXPECT_EQ(all(file, "python.install"), "conda");
  EXPECT_EQ(all(file, "python.packages"), "numpy 2.1.3, torch, wntr 1.3.2");
  EXPECT_EQ(file.find("python.version").at(0)->source, "e.txt:4");
  EXPECT_EQ(all(file, "evidence.kind"), "environment text");
}

TEST(Environment, ReadsSystemsInManySpellings) {
  struct Case {
    const char* text;
    const char* os;
    const char* container;
    const char* architecture;
  };
  for (const Case& c :
       {Case{"os: Ubuntu 22.04.3 LTS", "linux", "", ""}, Case{"os: OS X 10.12", "macos", "", ""},
        Case{"os: Windows 10", "windows", "", ""},
        Case{"os: Windows 10 WSL1 (2016)", "linux", "wsl", ""},
        Case{"os: Windows 10 Insider, WSL Linux 4.19.104", "linux", "wsl", ""},
        Case{"os: Linux (Kubernetes, jovyan image)", "linux", "kubernetes", ""},
        Case{"os: Debian 5.2.0-686-pae i686", "linux", "", "i686"},
        Case{"os: macOS (docker)", "macos", "docker", ""},
        Case{"os: Darwin 23.5.0", "macos", "", ""},
        Case{"OS: macOS 13.1 (arm64)", "macos", "", "arm64"},
        Case{"os: macOS or Linux", "", "", ""}, Case{"os: Plan 9", "", "", ""}}) {
    const auto file = read(c.text);
    EXPECT_EQ(all(file, "host.os"), c.os) << c.text;
    EXPECT_EQ(all(file, "host.container"), c.container) << c.text;
    EXPECT_EQ(all(file, "host.architecture"), c.architecture) << c.text;
  }
  EXPECT_EQ(all(read("os: macOS (errno 48)"), "host.os_version"), "");
  EXPECT_EQ(all(read("os: Darwin 23.5.0"), "host.os_version"), "Darwin 23.5.0");
}

TEST(Environment, ReadsEmulation) {
  const auto file = read("os: Linux 5.4.83-v8+\narch: x86_64 (emulated on aarch64)\n");
  EXPECT_EQ(all(file, "host.translation"), "qemu-user");
  EXPECT_EQ(all(file, "host.hardware"), "arm64");
  EXPECT_EQ(all(file, "python.architecture"), "x86_64");
  EXPECT_EQ(all(read("sysctl.proc_translated: 1"), "host.translation"), "rosetta");
  EXPECT_EQ(all(read("sysctl.proc_translated: 0"), "host.translation"), "none");
}

TEST(Environment, ConcludesTranslationFromTwoFiles) {
  casefile::CaseFile file;
  read_environment(whole_excerpt("/opt/conda/bin/python: Mach-O 64-bit executable x86_64", "a"),
                   file);
  EXPECT_TRUE(file.find("host.translation").empty());
  read_environment(whole_excerpt("hw.optional.arm64: 1", "b"), file);
  EXPECT_EQ(all(file, "host.translation"), "rosetta");
}

TEST(Environment, ReadsBannersAndPlatforms) {
  const auto conda = read(
      "$ python\nPython 3.8.8 (default, Apr 13 2021, 12:59:45) \n[Clang 10.0.0 ] :: Anaconda, Inc. "
      "on darwin\n");
  EXPECT_EQ(all(conda, "python.version"), "3.8.8");
  EXPECT_EQ(all(conda, "python.install"), "conda");
  EXPECT_EQ(all(conda, "host.os"), "macos");
  const auto windows = read("Python 3.7.9 (tags/v3.7.9) [MSC v.1900 32 bit (Intel)] on win32");
  EXPECT_EQ(all(windows, "python.architecture"), "i686");
  EXPECT_EQ(all(windows, "host.os"), "windows");
  const auto translated = read("'macOS-13.1-x86_64-i386-64bit'\nChip: Apple M2\n");
  EXPECT_EQ(all(translated, "python.architecture"), "x86_64");
  EXPECT_EQ(all(translated, "host.translation"), "rosetta");
  const auto other = read("Python platform: Linux-5.15.0-91-generic-x86_64-with-glibc2.35");
  EXPECT_EQ(all(other, "host.os_version"), "Linux-5.15.0-91-generic-x86_64-with-glibc2.35");
  EXPECT_EQ(all(other, "host.hardware"), "x86_64");
  EXPECT_EQ(all(read("Python 3.7 is deprecated"), "python.version"), "");
  EXPECT_EQ(all(read("Python 3.13.0 was told to go"), "python.version"), "");
  EXPECT_EQ(all(read("Linux-based systems"), "host.os"), "");
}

TEST(Environment, ReadsSystemPrograms) {
  const auto mac = read(
      "ProductName:\tmacOS\nProductVersion:\t12.6.1\nBuildVersion:\t21G217\n"
      "      Chip: Apple M1\n      Memory: 16 GB\n");
  EXPECT_EQ(all(mac, "host.os_version"), "macOS 12.6.1");
  EXPECT_EQ(all(mac, "host.hardware"), "arm64");
  EXPECT_EQ(mac.number("memory.host_total_bytes"), std::int64_t{16} << 30);
  const auto uname = read(
      "Darwin box 21.6.0 Darwin Kernel Version 21.6.0: root:xnu-8020/RELEASE_ARM64_T6000 x86_64");
  EXPECT_EQ(all(uname, "host.hardware"), "arm64");
  EXPECT_EQ(all(uname, "host.kernel"), "21.6.0");
  const auto wsl = read("Linux box 5.10.16.3-microsoft-standard-WSL2 #1 SMP x86_64 GNU/Linux");
  EXPECT_EQ(all(wsl, "host.container"), "wsl");
  const auto lscpu = read(
      "Architecture:        x86_64\nModel name:          Intel(R) Xeon(R) CPU\n"
      "Flags:               fpu sse sse2 ssse3 sse4_1 sse4_2 popcnt avx f16c\n");
  EXPECT_EQ(all(lscpu, "cpu.lacks"), "avx2, avx512f, fma");
  EXPECT_EQ(all(lscpu, "host.architecture"), "x86_64");
  EXPECT_EQ(all(read("$ uname -m\naarch64"), "host.architecture"), "aarch64");
  EXPECT_EQ(all(read("aarch64"), "host.architecture"), "");
}

TEST(Environment, ReadsProcessorFeatures) {
  EXPECT_EQ(all(read("AVX = 1 | AVX2 = 0 | AVX512 = 0 | FMA = 0 | NEON = 0 | ARM_FMA = 0 |"),
                "cpu.lacks"),
            "avx2, avx512f, fma");
  EXPECT_EQ(all(read("hw.optional.avx1_0: 1\nhw.optional.avx2_0: 0\n"), "cpu.lacks"), "avx2");
  EXPECT_EQ(all(read("flags\t: fpu sse sse2 avx avx2 fma avx512f\n"), "cpu.lacks"), "none");
  EXPECT_EQ(all(read("machdep.cpu.features: FPU SSE SSE2 SSE3 SSSE3 SSE4.1"), "cpu.lacks"),
            "avx, avx2, avx512f, fma");
  EXPECT_EQ(all(read("cpu: Intel i7-3770S"), "cpu.lacks"), "avx2, avx512f, fma");
}

TEST(Environment, KnowsOldProcessorsByName) {
  using List = std::vector<std::string>;
  const List none{"avx", "avx2", "avx512f", "fma"};
  const List avx{"avx2", "avx512f", "fma"};
  EXPECT_EQ(lacks_of_model("Intel(R) Xeon(R) CPU X5660 @ 2.80GHz"), none);
  EXPECT_EQ(lacks_of_model("Xeon E7-4830"), none);
  EXPECT_EQ(lacks_of_model("Intel(R) Core(TM)2 Duo CPU P8700"), none);
  EXPECT_EQ(lacks_of_model("QEMU Virtual CPU version 2.5+"), none);
  EXPECT_EQ(lacks_of_model("Intel Core i7-920"), none);
  EXPECT_EQ(lacks_of_model("i5-3570s"), avx);
  EXPECT_EQ(lacks_of_model("Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz"), avx);
  EXPECT_EQ(lacks_of_model("Intel(R) Xeon(R) CPU E5-2690 v2"), avx);
  EXPECT_EQ(lacks_of_model("AMD Opteron(tm) Processor 6380"), (List{"avx2", "avx512f"}));
  for (const char* modern :
       {"Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "Intel Core i7-10700", "AMD Ryzen 9 5900HX",
        "Intel Core i7", "Apple M1", "", "i7-", "Xeon E"}) {
    EXPECT_EQ(lacks_of_model(modern), std::nullopt) << modern;
  }
}

TEST(Environment, ReadsGraphics) {
  const auto smi = read(
      "| NVIDIA-SMI 525.60.13    Driver Version: 525.60.13    CUDA Version: 12.0     |\n"
      "|   0  NVIDIA GeForce ...  Off  | 00000000:01:00.0 Off |                  N/A |\n"
      "| N/A   34C    P0    27W /  70W |   7421MiB / 15109MiB |      0%      Default |\n");
  EXPECT_EQ(all(smi, "gpu.driver"), "525.60.13");
  EXPECT_EQ(all(smi, "gpu.cuda_version"), "12.0");
  EXPECT_EQ(all(smi, "gpu.model"), "NVIDIA GeForce");
  EXPECT_EQ(smi.number("gpu.used_bytes"), std::int64_t{7421} << 20);
  EXPECT_EQ(smi.number("gpu.total_bytes"), std::int64_t{15109} << 20);
  EXPECT_EQ(all(read("Cuda compilation tools, release 11.8, V11.8.89"), "gpu.cuda_version"),
            "11.8");
  const auto told = read("cpu: RTX 2070, driver 410.104\ncuda: 10.0\n");
  EXPECT_EQ(all(told, "gpu.model"), "RTX 2070");
  EXPECT_EQ(all(told, "gpu.driver"), "410.104");
  EXPECT_EQ(all(told, "gpu.cuda_version"), "10.0");
  EXPECT_EQ(all(read("GPU 0: NVIDIA A10 (UUID: GPU-x)"), "gpu.model"), "NVIDIA A10");
}

TEST(Environment, ReadsTables) {
  const auto file = read(
      "$ df -h\nFilesystem      Size  Used Avail Use% Mounted on\nshm              64M     0   64M "
      "  0% /dev/shm\n"
      "/dev/loop1  50M 50M 0 100% /snap/core\n/dev/sda1        50G   50G     0 100% /\n"
      "$ free -h\n              total        used        free      shared  buff/cache   available\n"
      "Mem:           15Gi       3.2Gi       8.1Gi       312Mi       4.1Gi        11Gi\nSwap:      "
      "      0B          0B          0B\n");
  EXPECT_EQ(file.number("shm.total_bytes"), 64 << 20);
  EXPECT_EQ(file.number("disk.free_bytes"), 0);
  EXPECT_EQ(file.number("memory.host_total_bytes"), std::int64_t{15} << 30);
  EXPECT_EQ(file.number("memory.available_bytes"), std::int64_t{11} << 30);
  EXPECT_EQ(file.number("memory.swap_free_bytes"), 0);
  EXPECT_EQ(read("shm 64M 64M 0 100% /dev/shm\n").number("shm.free_bytes"), 0) << "a row alone";
  const auto limits = read(
      "open files                      (-n) 1024\nstack size              (kbytes, -s) 8192\n"
      "max user processes              (-u) unlimited\n");
  EXPECT_EQ(limits.number("limit.open_files"), 1024);
  EXPECT_EQ(limits.number("limit.stack_bytes"), 8192 * 1024);
  EXPECT_TRUE(limits.find("limit.processes").empty());
}

TEST(Environment, ReadsPackageLists) {
  const auto pip = read(
      "some words\nPackage            Version\n------------------ ---------\nabsl-py            "
      "2.1.0\n"
      "tensorflow-macos   2.16.2\n\nmore words\n");
  EXPECT_EQ(all(pip, "python.packages"), "absl-py 2.1.0, tensorflow-macos 2.16.2");
  const auto conda = read(
      "# packages in environment at /opt/x:\n#\n# Name                    Version                  "
      " Build  Channel\n"
      "_libgcc_mutex             0.1                        main\nnumpy                     1.26.4 "
      "         py311h64a7726_0    conda-forge\n");
  EXPECT_EQ(all(conda, "python.install"), "conda");
  EXPECT_EQ(all(conda, "python.packages"), "numpy 1.26.4");
  const auto collected = read(
      "PyTorch version: 2.0.1+cu117\nOS: Ubuntu 20.04.6 LTS (x86_64)\nLibc version: glibc-2.31\n"
      "Python version: 3.9.0 (default, Nov 15 2020)  [GCC 7.3.0] (64-bit runtime)\nIs CUDA "
      "available: True\n"
      "CUDA runtime version: Could not collect\nGPU models and configuration: GPU 0: NVIDIA A10\n"
      "Nvidia driver version: 525.60.13\n[pip3] numpy==1.24.3\n[conda] numpy                     "
      "1.24.3                   pypi_0    pypi\n");
  EXPECT_EQ(all(collected, "python.packages"), "numpy 1.24.3, torch 2.0.1+cu117");
  EXPECT_EQ(all(collected, "gpu.model"), "NVIDIA A10");
  EXPECT_EQ(all(collected, "gpu.driver"), "525.60.13");
  EXPECT_EQ(all(collected, "python.version"), "3.9.0");
  const auto shown = read("Name: numpy\nVersion: 2.0.1\nSummary: x\n");
  EXPECT_EQ(all(shown, "python.packages"), "numpy 2.0.1");
  const auto wanted = read(
      "PackagesNotFoundError: The following packages are not available from current channels:\n\n  "
      "- tensorflow==1.15\n");
  EXPECT_EQ(all(wanted, "python.wanted"), "tensorflow==1.15");
}

TEST(Environment, TakesPathsForWeakerThanWords) {
  const auto path = read(
      "  File \"/Users/me/miniforge3/envs/x/lib/python3.9/site-packages/numpy/__init__.py\", line "
      "1\n");
  EXPECT_EQ(all(path, "python.version"), "3.9");
  EXPECT_EQ(all(path, "python.install"), "conda");
  EXPECT_EQ(all(path, "host.os"), "macos");
  EXPECT_EQ(path.find("host.os").at(0)->source, "e.txt:1 (from a path)");
  EXPECT_TRUE(path.find("evidence.kind").empty());
  // What a later file says outright replaces what a path gave away.
  casefile::CaseFile both = path;
  read_environment(whole_excerpt("python: 3.10.9\nos: Linux\n", "b.txt"), both);
  EXPECT_EQ(all(both, "python.version"), "3.10.9");
  EXPECT_EQ(all(both, "host.os"), "linux");
  read_environment(whole_excerpt("  File \"C:\\Python37\\lib\\x.py\"\n", "c.txt"), both);
  EXPECT_EQ(all(both, "python.version"), "3.10.9");
  EXPECT_EQ(
      all(read("  File \"C:\\Users\\me\\Python\\Python310\\lib\\x.py\", line 3"), "python.version"),
      "3.10");
  EXPECT_EQ(all(read("see http://example.org/home/me"), "host.os"), "");
  EXPECT_EQ(all(read("_x.cpython-312-aarch64-linux-gnu.so: /usr/lib/x"), "python.architecture"),
            "aarch64");
}

TEST(Environment, ShowsContradictions) {
  casefile::CaseFile file;
  read_environment(whole_excerpt("python: 3.8.2", "a"), file);
  read_environment(whole_excerpt("python: 3.9.1", "b"), file);
  EXPECT_EQ(all(file, "python.version"), "3.8.2 & 3.9.1");
}

TEST(Environment, KeepsSecretsAndChatterOut) {
  const auto file = read(
      "os: Linux\nAPI_KEY: 3.141592\nmy_token: 1.2.3\nepoch: 17\nHF_TOKEN=hf_abc\ncpu: "
      "45%\ndriver: 3\nloss: 0.25\n");
  for (const casefile::Fact& fact : file.facts) {
    EXPECT_EQ(casefile::to_text(fact.value).find("3.14"), std::string::npos);
    EXPECT_EQ(casefile::to_text(fact.value).find("1.2.3"), std::string::npos);
  }
  EXPECT_EQ(all(file, "cpu.model"), "");
  EXPECT_EQ(all(file, "gpu.driver"), "");
  EXPECT_TRUE(
      read("Traceback (most recent call last):\nValueError: bad\nepoch: 3.2\n").facts.empty());
}

TEST(Environment, SurvivesAnything) {
  for (const std::string& line : {std::string(),
                                  std::string(3000, ':'),
                                  std::string(3000, ' '),
                                  std::string("|"),
                                  std::string("Mem:"),
                                  std::string("os:"),
                                  std::string("Linux a 5"),
                                  std::string("FROM --platform="),
                                  std::string("FROM --platform=/"),
                                  std::string("GPU 0: (UUID:"),
                                  std::string("|MiB / "),
                                  std::string("AVX = "),
                                  std::string(" | AVX = "),
                                  std::string("[pip"),
                                  std::string("[conda]"),
                                  std::string("open files (-n"),
                                  std::string("Python "),
                                  std::string("macOS-1"),
                                  std::string("a: ELF "),
                                  std::string("python: Mach-O executable"),
                                  std::string(":\\"),
                                  std::string("/lib/python3"),
                                  std::string("platform: -"),
                                  std::string("memory: 9e999 GB")}) {
    read(line);
    read("total used free \nFilesystem x\n" + line);
  }
}

}  // namespace
}  // namespace km::readers
