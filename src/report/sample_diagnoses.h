// Diagnoses for the tests of this room: one full of everything, one almost empty, one full of
// attacks.
#pragma once

#include "diagnosis/diagnose.h"
#include "report/report.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace km::report::samples {

inline constexpr std::int64_t kMiB = std::int64_t{1} << 20U;
inline constexpr std::int64_t kGiB = std::int64_t{1} << 30U;

// The notebook of the demo: TensorFlow fills a cgroup of 2 GiB in cell 3.
inline diagnosis::Diagnosis out_of_memory() {
  diagnosis::Diagnosis sample;
  casefile::CaseFile& casefile = sample.casefile;
  casefile.id = "20261124-161701-4711";
  casefile.subject = "kernel";
  casefile.add("exit.signal", std::string("SIGKILL"), "wait status");
  casefile.add("exit.phase", std::string("cell"), "the running cell");
  casefile.add("exit.uptime_seconds", 14.25, "clock");
  casefile.add("cgroup.oom_kills", std::int64_t{1}, "memory.events of kernelmedic-4711");
  casefile.add("cgroup.limit_bytes", 2 * kGiB, "memory.max of kernelmedic-4711");
  casefile.add("cgroup.peak_bytes", 2 * kGiB, "memory.peak of kernelmedic-4711");
  casefile.add("memory.largest_known_bytes", 2 * kGiB - 3 * kMiB, "samples every 50 ms");
  casefile.add("memory.growth_bytes_per_second", 381 * kMiB, "samples every 50 ms");
  casefile.add("memory.available_bytes", 11 * kGiB, "/proc/meminfo");
  casefile.add("cell.line_text", std::string("    held.append(tf.random.normal((10000, 10000)))"),
               "the cell");
  casefile.add(
      "kernel.argv",
      std::vector<std::string>{"/home/lovelace/venv/bin/python", "-m", "ipykernel_launcher", "-f",
                               "/home/lovelace/.local/share/jupyter/runtime/kernel-1.json"},
      "the kernelspec");
  casefile.add("python.packages",
               std::vector<std::string>{"tensorflow 2.21.0", "numpy 2.3.5", "ipykernel 7.4.0"},
               "metadata in /home/lovelace/venv/lib/python3.11/site-packages");
  casefile.none("host.container", "/proc/1/cgroup");
  casefile.add("fds.last", std::int64_t{48}, "samples every 50 ms");
  casefile.gap("the kernel log", "reading /dev/kmsg is not permitted",
               "allow it with `sudo sysctl kernel.dmesg_restrict=0`, or run as root");
  casefile.gap("GPU memory", "libnvidia-ml.so.1 is not installed");
  casefile.last_words =
      "2026-11-24 16:16:49.102: I tensorflow/core/platform/cpu_feature_guard.cc:227] This "
      "TensorFlow binary is "
      "optimized\n"
      "2026-11-24 16:17:00.870: W external/local_xla/xla/tsl/framework/cpu_allocator_impl.cc:84] "
      "Allocation of "
      "400000000 exceeds 10% of free system memory.\n";
  casefile::Death death;
  death.pid = 4711;
  death.time = "2026-11-24T16:17:01.250Z";
  death.signal = "SIGKILL";
  death.cell = casefile::Cell{"a1b2c3d4", 3, 3, 4,
                              "held = []\n"
                              "while True:\n"
                              "    # each one takes 400 MB\n"
                              "    held.append(tf.random.normal((10000, 10000)))\n"
                              "    print(len(held), flush=True)\n"};
  death.python_stack = {
      "/home/lovelace/venv/lib/python3.11/site-packages/tensorflow/python/ops/random_ops.py:96 in "
      "random_normal",
      "cell 3:4 in <module>"};
  constexpr int kPoints = 285;
  for (int i = 0; i < kPoints; ++i) {
    const double seconds = i * 0.05;
    std::int64_t used = 58 * kMiB;
    if (seconds > 2) used = 58 * kMiB + static_cast<std::int64_t>((seconds - 2) * 150) * kMiB;
    if (seconds > 5) used = 508 * kMiB;
    // A tensor takes its 381 MiB within the second in which it is made.
    if (seconds > 9.1) used = 508 * kMiB + static_cast<std::int64_t>((seconds - 9.1) * 302) * kMiB;
    death.memory.series.push_back({seconds, std::min(used, 2 * kGiB - 3 * kMiB)});
  }
  death.memory.limit_bytes = 2 * kGiB;
  death.memory.peak_bytes = 2 * kGiB - 3 * kMiB;
  death.memory.cells = {{2.0, "cell 1"}, {5.4, "cell 2"}, {9.1, "cell 3"}};
  casefile.death = death;

  diagnosis::Finding verdict;
  verdict.cause = "cgroup_memory_limit";
  verdict.confidence = diagnosis::Confidence::certain;
  verdict.title = "The kernel was killed because it reached its memory limit of 2.0 GiB";
  verdict.what =
      "The kernel used 2.0 GiB when the limit of its cgroup was 2.0 GiB; Linux then killed it.";
  verdict.why =
      "A cgroup that is full and cannot be shrunk gets one of its processes killed. The host "
      "itself still had 11 GiB "
      "to give.";
  verdict.actions = {
      "Give it more: `kernelmedic run memory.ipynb --memory-limit 4G`.",
      "Or let the cell need less: keep fewer tensors alive, use `tf.float16`, or work in batches.",
      "Line 4 of cell 3 was running: `held.append(tf.random.normal((10000, 10000)))`."};
  verdict.see = {"https://docs.kernel.org/admin-guide/cgroup-v2.html#memory", "cgroups(7)"};
  verdict.rule = "memory/cgroup-limit";
  verdict.because = {"cgroup.oom_kills", "exit.signal", "cgroup.peak_bytes", "cgroup.limit_bytes"};
  diagnosis::Finding other = verdict;
  other.cause = "killed_by_user_or_scheduler";
  other.confidence = diagnosis::Confidence::possible;
  other.title = "Somebody sent SIGKILL";
  other.what = "The kernel ended by SIGKILL, which a person or a program may send.";
  other.why = "SIGKILL has no other sender than the system, a person or a program.";
  other.actions = {"Look for job schedulers and cullers."};
  other.rule = "process/killed";
  other.because = {"exit.signal"};
  sample.findings = {verdict, other};
  return sample;
}

// Nothing but what must be there: no death, no facts.
inline diagnosis::Diagnosis nearly_nothing() {
  diagnosis::Diagnosis sample;
  sample.casefile.subject = "evidence";
  diagnosis::Finding unknown;
  unknown.cause = "unknown";
  unknown.title = "The evidence does not say why";
  unknown.what = "Nothing in it points to a cause.";
  unknown.actions = {"Collect more: `kernelmedic run NOTEBOOK.ipynb`"};
  sample.findings = {unknown};
  return sample;
}

// `text` in every field that may hold text of foreign origin.
inline diagnosis::Diagnosis everywhere(const std::string& text) {
  diagnosis::Diagnosis sample;
  casefile::CaseFile& casefile = sample.casefile;
  casefile.id = text;
  casefile.subject = text;
  casefile.facts = {{text, text, text},
                    {"exit.signal", std::vector<std::string>{text, text}, text},
                    {"words.line", text, text}};
  casefile.gaps = {{text, text, text}};
  casefile.last_words = text;
  casefile::Death death;
  death.pid = 1;
  death.time = text;
  death.signal = text;
  death.cell = casefile::Cell{text, 1, 1, 1, text};
  death.python_stack = {text};
  death.native_stack = {text};
  death.memory.series = {{0, 1}, {1, 2}};
  death.memory.cells = {{0.5, text}};
  casefile.death = death;
  diagnosis::Finding finding;
  finding.cause = finding.title = finding.what = finding.why = finding.rule = text;
  finding.actions = finding.see = finding.because = {text};
  sample.findings = {finding, finding};
  return sample;
}

// `check`: one thing that kills, one that may, one thing fine; of the probes one died, one passed,
// one was skipped.
inline Checkup checkup() {
  Checkup sample;
  sample.environment = "/v";
  casefile::CaseFile& casefile = sample.diagnosis.casefile;
  casefile.subject = "environment";
  casefile.add("python.version", std::string("3.11.7"), "/v/pyvenv.cfg");
  casefile.add("scan.cpu_lacks", std::vector<std::string>{"a/x.so needs avx"}, "native files");
  casefile.add("scan.shadowing", std::vector<std::string>{"/w/random.py"}, "/w");
  casefile.none("scan.broken_files", "headers of the native files");
  casefile.gap("the GPU driver", "there is no NVIDIA library");
  diagnosis::Finding deadly;
  deadly.cause = "cpu_lacks_instruction";
  deadly.confidence = diagnosis::Confidence::certain;
  deadly.title = "Installed libraries need instructions that this processor lacks";
  deadly.what = "a/x.so needs avx.";
  deadly.actions = {"Type `conda install tensorflow`."};
  deadly.rule = "check/cpu-lacks";
  deadly.because = {"scan.cpu_lacks"};
  diagnosis::Finding doubtful = deadly;
  doubtful.cause = "shadowed_module";
  doubtful.confidence = diagnosis::Confidence::likely;
  doubtful.title = "Files of the working folder hide modules \x1b[31m";
  doubtful.rule = "check/shadowing";
  doubtful.because = {"scan.shadowing"};
  sample.diagnosis.findings = {deadly, doubtful};
  sample.deadly = {true, false};
  sample.probes = {
      {"interpreter", "Does it start?", "passed", "Python 3.11.7", 0.02},
      {"import-tensorflow", "Does TensorFlow import?", "died", "SIGILL", 1.5},
      {"gpu-tensorflow", "Does a sum on the GPU work?", "skipped", "no GPU is visible", 0}};
  return sample;
}

}  // namespace km::report::samples
