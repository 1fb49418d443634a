// The list of declared fact names, and values as people read them.
#include "casefile/fact.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <fmt/format.h>

namespace km::casefile {
namespace {

// Sorted by name; a test checks it. One line a name: what it means, with its unit.
constexpr std::array kNames{
    FactName{
        "cell.calls",
        "calls in the running cell's source that can end a process, on purpose or by accident: "
        "\"os._exit(3)\", \"sys.exit()\", \"ctypes.string_at(0)\", \"mmap.mmap(f, 0)\""},
    FactName{"cell.index", "place of the running cell in the notebook, counted from 1"},
    FactName{"cell.line",
             "line of the running cell at which the process died, where a stack tells it"},
    FactName{"cell.line_text", "that line's source"},
    FactName{"cgroup.limit_bytes",
             "memory limit of the process's own cgroup or the tightest above it"},
    FactName{"cgroup.limit_hits", "times usage hit that limit while the process ran"},
    FactName{"cgroup.oom_kills",
             "processes the kernel killed in that cgroup for memory while the process ran"},
    FactName{"cgroup.own", "the cgroup was made for this process alone"},
    FactName{"cgroup.peak_bytes", "highest memory usage of the cgroup"},
    FactName{"cgroup.version", "1 or 2"},
    FactName{"compat.cpu",
             "processor features that an installed build needs and this machine or translator does "
             "not offer, as the compatibility data tell"},
    FactName{"compat.cuda",
             "CUDA or cuDNN that does not fit the installed framework build, as the compatibility "
             "data tell"},
    FactName{"compat.keras", "Keras that does not fit the installed TensorFlow"},
    FactName{"compat.metal",
             "tensorflow-metal that cannot load with the installed TensorFlow, or does not fit it"},
    FactName{"compat.no_build",
             "an installed or wanted package that has no build for this Python on this platform"},
    FactName{"compat.numpy", "NumPy that an installed package was not built for"},
    FactName{"compat.os",
             "operating system or C library too old or too new for an installed build"},
    FactName{"compat.protobuf", "protobuf that does not fit the installed TensorFlow"},
    FactName{
        "cpu.features",
        "instruction sets that CPUID offers inside the process's own (maybe emulated) processor"},
    FactName{"cpu.lacks", "of avx, avx2, fma, avx512f: those that CPUID does not offer there"},
    FactName{"cpu.model", "model name of the processor"},
    FactName{"crash.exception",
             "exception of an Apple crash report or a debugger: \"EXC_BAD_ACCESS (SIGSEGV), "
             "KERN_INVALID_ADDRESS at 0x8\""},
    FactName{"crash.frame",
             "innermost native frame that is not the system's: "
             "\"libmetal_plugin.dylib`tensorflow::Stream::Sync\""},
    FactName{
        "crash.image",
        "library or program in which it crashed, as the kernel's log or a crash report names it"},
    FactName{"crash.instruction", "instruction at which the process died: \"vmovups\""},
    FactName{"crash.instruction_set",
             "instruction set it belongs to: \"AVX\", \"AVX2\", \"AVX512\", \"FMA\", \"other\""},
    FactName{"crash.kernel_line", "the kernel's own line about the fault"},
    FactName{"crash.messages",
             "what libraries left for the crash report (assertions, abort texts)"},
    FactName{"crash.process", "name of the process that crashed"},
    FactName{"crash.queue", "dispatch queue or name of the thread that crashed"},
    FactName{"crash.stack",
             "native frames of the crashed thread, innermost first: \"image`symbol\""},
    FactName{"crash.termination",
             "who ended it and why, in an Apple crash report: \"CODESIGNING 2\", \"DYLD 1 Library "
             "missing\""},
    FactName{"disk.free_bytes", "free bytes where the process worked (its working folder)"},
    FactName{"disk.free_inodes", "free inodes there"},
    FactName{"disk.tmp_free_bytes", "free bytes in the temporary folder"},
    FactName{"evidence.kind",
             "kinds of evidence that were recognised: \"jupyter log\", \"python traceback\", "
             "\"apple crash report\""},
    FactName{"exit.code", "exit code of a process that ended by itself"},
    FactName{"exit.core_dumped", "the system wrote a core file"},
    FactName{"exit.cpu_seconds", "processor time that it used"},
    FactName{"exit.killer",
             "what the system itself killed it for, where macOS says so: \"memory\", "
             "\"code_signing\", \"decryption\""},
    FactName{"exit.max_rss_bytes", "largest resident size that the system counted for it (rusage)"},
    FactName{"exit.phase",
             "what it was doing: \"start\" (never answered), \"cell\", \"idle\", \"program\""},
    FactName{"exit.requested",
             "who asked for the end: \"shutdown\", \"interrupt\", \"time_limit\", \"terminated\""},
    FactName{"exit.signal", "signal that ended it: \"SIGSEGV\""},
    FactName{"exit.stack_bytes",
             "size of the main thread's stack while the process said its last words"},
    FactName{"exit.supervisor_killed",
             "kernelmedic itself was killed; the case was completed later"},
    FactName{"exit.uptime_seconds", "how long it lived"},
    FactName{"exit.windows_status", "NTSTATUS that ended a Windows process: \"0xC0000005\""},
    FactName{"fds.last", "open file descriptors at the last look"},
    FactName{"gpu.cuda_version", "CUDA version that the driver or the toolkit names"},
    FactName{"gpu.driver", "version of the GPU driver"},
    FactName{"gpu.model", "model of the GPU"},
    FactName{"gpu.total_bytes", "GPU memory of all devices"},
    FactName{"gpu.used_bytes", "GPU memory in use at the last look"},
    FactName{
        "gpu.xid",
        "error numbers that NVIDIA's driver wrote into the kernel's log: 79 is a GPU that fell "
        "off the bus"},
    FactName{"host.architecture",
             "processor architecture of this program: \"x86_64\", \"aarch64\""},
    FactName{"host.container",
             "kind of container around the process: \"docker\", \"kubernetes\", ..."},
    FactName{"host.hardware",
             "architecture of the real processor, where a translator may hide it: \"arm64\", "
             "\"x86_64\""},
    FactName{"host.kernel", "release of the operating system's kernel"},
    FactName{"host.model", "model of the computer: \"MacBookPro16,1\""},
    FactName{"host.oom_kills", "OOM kills on the whole machine while the process ran; a hint only"},
    FactName{"host.os", "\"linux\", \"macos\", \"windows\", \"ios\""},
    FactName{"host.os_version", "name and version of the operating system"},
    FactName{"host.terminal",
             "\"translated\": the program that started this one runs under Rosetta"},
    FactName{"host.translation",
             "translator the process runs under: \"qemu-user\", \"rosetta\", \"box64\", \"fex\""},
    FactName{"jetsam.reason",
             "why macOS ended a process for the good of the others: \"vm-pageshortage\", "
             "\"vnode-limit\""},
    FactName{"jetsam.victim", "names of the processes that it ended"},
    FactName{"jetsam.victim_bytes", "memory that the largest of those processes held"},
    FactName{"kernel.argv", "the command that was started, one value a word"},
    FactName{"kernel.ready", "the kernel answered at least once"},
    FactName{"libraries.foreign_architecture",
             "loaded images of another architecture than the process, one path each"},
    FactName{"libraries.openmp", "OpenMP runtimes that were loaded, one path each"},
    FactName{"libraries.plugins", "GPU plug-ins that were loaded, one path each"},
    FactName{"limit.address_space_bytes", "soft RLIMIT_AS"},
    FactName{"limit.cpu_seconds", "soft RLIMIT_CPU"},
    FactName{"limit.data_bytes", "soft RLIMIT_DATA"},
    FactName{"limit.file_size_bytes", "soft RLIMIT_FSIZE"},
    FactName{"limit.open_files", "soft RLIMIT_NOFILE"},
    FactName{"limit.processes", "soft RLIMIT_NPROC"},
    FactName{"limit.stack_bytes", "soft RLIMIT_STACK"},
    FactName{"memory.available_bytes", "memory that the host could still give at the last look"},
    FactName{"memory.available_lowest_bytes", "the lowest value of it in the last 10 seconds"},
    FactName{"memory.compressor_bytes", "memory that macOS keeps compressed pages in"},
    FactName{
        "memory.data_peak_bytes",
        "highest private writable memory of the process in the samples: what RLIMIT_DATA counts"},
    FactName{"memory.growth_bytes_per_second",
             "growth of the process tree over the last 2 seconds"},
    FactName{"memory.host_total_bytes", "memory of the host"},
    FactName{"memory.largest_known_bytes",
             "largest memory use that any source tells: samples, rusage, cgroup peak"},
    FactName{"memory.last_bytes", "memory of the process tree at the last look"},
    FactName{"memory.limit_bytes", "limit that counts for the process: cgroup, or RLIMIT_DATA"},
    FactName{"memory.limit_source",
             "where that limit stands: \"cgroup\", \"RLIMIT_DATA\", \"RLIMIT_AS\""},
    FactName{"memory.peak_bytes", "highest memory of the process tree in the samples"},
    FactName{"memory.pressure_level",
             "how hard macOS is pressed for memory: \"normal\", \"warning\", \"critical\""},
    FactName{"memory.pressure_percent",
             "share of the last 10 s in which some task waited for memory (PSI)"},
    FactName{"memory.swap_free_bytes", "free swap"},
    FactName{"oom.constraint",
             "what ran out in the kernel's OOM report: \"CONSTRAINT_MEMCG\", \"CONSTRAINT_NONE\"; "
             "\"user space\": earlyoom, systemd-oomd or the like killed before the kernel did"},
    FactName{"oom.report", "the kernel's line about the killed process"},
    FactName{"oom.score",
             "the kernel's badness of the process at the last look, 0 to 2000; the highest is "
             "killed first"},
    FactName{"oom.score_adj", "what was added to that score, -1000 (never) to 1000"},
    FactName{"oom.victim",
             "in the kernel's OOM report the victim is \"this process\", \"a child\" or \"another "
             "process\""},
    FactName{"probe.library", "library whose initialiser ran when an import died"},
    FactName{"probe.name", "probe of `check` that died: \"import-tensorflow\""},
    FactName{"processes.last", "processes of the tree at the last look"},
    FactName{"python.architecture", "architecture of the interpreter: \"x86_64\", \"arm64\""},
    FactName{"python.error_file", "file of the innermost frame of the last traceback"},
    FactName{"python.error_text", "message of the last traceback's exception"},
    FactName{"python.error_type", "exception of the last traceback: \"ModuleNotFoundError\""},
    FactName{"python.executable", "path of the Python interpreter that was started"},
    FactName{"python.extension_modules",
             "native modules that were loaded, from a faulthandler dump"},
    FactName{"python.fatal_error", "text after \"Fatal Python error:\""},
    FactName{"python.importing",
             "modules whose import was under way at the death, outermost first"},
    FactName{"python.install", "where the packages come from: \"conda\", \"pip\", \"homebrew\""},
    FactName{"python.missing_module", "module that could not be imported"},
    FactName{"python.origin",
             "who made a Mac's Python: \"Homebrew for Intel\", \"python.org\", \"conda osx-64\""},
    FactName{"python.packages", "installed packages, \"tensorflow 2.21.0\" each"},
    FactName{"python.shadowing_file",
             "file of the working folder that hides a module of the same name"},
    FactName{"python.stack",
             "Python frames of the dying thread, innermost first: \"file.py:12 in name\""},
    FactName{"python.stack_repeats", "how often the most frequent function stands in python.stack"},
    FactName{"python.version", "version of the interpreter"},
    FactName{"python.wanted",
             "package that an installer found no build of, as it was asked for: "
             "\"tensorflow>=1.8.0\""},
    FactName{"scan.blas",
             "BLAS libraries of different makers among the installed files, one a value"},
    FactName{"scan.broken_files",
             "native files that cannot be read as what they are, with the reason"},
    FactName{"scan.broken_packages", "packages with missing, damaged or foreign files"},
    FactName{"scan.changed_natives", "native files of another size than their package recorded"},
    FactName{"scan.cpu_lacks",
             "native files that need instructions at loading which the processor lacks"},
    FactName{"scan.cuda_missing",
             "GPU libraries that an installed framework needs and that are nowhere"},
    FactName{"scan.cudnn", "versions of cuDNN among the installed files, where there are several"},
    FactName{"scan.foreign_architecture",
             "native files of another architecture than the interpreter"},
    FactName{"scan.installed_twice", "packages with the metadata of two versions in one folder"},
    FactName{"scan.interpreter", "what is wrong with the interpreter's own file"},
    FactName{"scan.kernel_asked", "kernelspec that was asked for by its name"},
    FactName{"scan.kernel_missing", "packages a Python kernel needs and that are not installed"},
    FactName{"scan.kernelspec_dead", "kernelspecs that start no program, with the reason"},
    FactName{"scan.kernelspec_notes", "kernelspecs that may start another program than is meant"},
    FactName{"scan.lacking_aside",
             "what native files lack that are no modules, and so may never be loaded"},
    FactName{"scan.metal_missing",
             "libraries and symbols that tensorflow-metal needs and the installed TensorFlow does "
             "not have"},
    FactName{"scan.minimum_os", "native files made for a newer macOS, with the version they want"},
    FactName{"scan.missing_libraries",
             "libraries that installed native files need and that are nowhere"},
    FactName{"scan.missing_modules", "Python files that packages recorded and that are not there"},
    FactName{"scan.missing_natives", "native files that packages recorded and that are not there"},
    FactName{
        "scan.missing_versions",
        "symbol versions that installed native files need and the libraries at hand do not offer"},
    FactName{"scan.numpy_abi",
             "extension modules that were compiled for NumPy 1 while NumPy 2 is installed"},
    FactName{"scan.openmp",
             "OpenMP runtimes of different makers among the installed files, one a value"},
    FactName{"scan.protobuf",
             "versions of the protobuf library among the installed files, where there are several"},
    FactName{"scan.python_abi", "packages whose compiled modules are for another Python version"},
    FactName{"scan.quarantined",
             "native files that macOS marked as downloaded, which it checks before it loads them"},
    FactName{"scan.requirements",
             "installed packages whose versions do not fit what others were built against"},
    FactName{"scan.shadowing", "files of the working folder that hide a module"},
    FactName{
        "scan.shadowing_start",
        "files of the working folder that hide a module which every kernel loads at its start"},
    FactName{"scan.stale_segments", "shared memory segments that no process uses any more"},
    FactName{"scan.translated",
             "interpreter of another architecture than the machine: \"x86_64 Python on arm64\""},
    FactName{"scan.unsigned", "native files for arm64 Macs that carry no code signature"},
    FactName{"scan.variables", "environment variables that are known to hurt, with what they do"},
    FactName{
        "scheduler.reason",
        "what a container engine or batch system says of the end: \"OOMKilled\", "
        "\"OUT_OF_MEMORY\", \"TIMEOUT\", \"CANCELLED\", \"PREEMPTED\", \"NODE_FAIL\", \"Evicted\" "
        "(and \"low on resource: memory\"), \"culled\" (it was idle)"},
    FactName{"shm.free_bytes", "free bytes in /dev/shm"},
    FactName{"shm.total_bytes", "size of /dev/shm"},
    FactName{"threads.last", "threads of the tree at the last look"},
    FactName{"threads.limit", "tasks that the pids cgroup or RLIMIT_NPROC allows"},
    FactName{"words.line",
             "lines that the process wrote last (fd 1 and 2), one value a line, oldest first"},
};

}  // namespace

std::string to_text(const Value& value) {
  struct Reader {
    std::string operator()(NotThere) const { return "none"; }
    std::string operator()(bool flag) const { return flag ? "yes" : "no"; }
    std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
    // Six digits: these are measurements, and 0.30000000000000004 helps nobody.
    std::string operator()(double number) const { return fmt::format("{:.6g}", number); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const std::vector<std::string>& texts) const {
      return fmt::format("{}", fmt::join(texts, ", "));
    }
  };
  return std::visit(Reader{}, value);
}

std::span<const FactName> fact_names() { return kNames; }

bool is_declared(std::string_view name) {
  const auto* place = std::lower_bound(
      kNames.begin(), kNames.end(), name,
      [](const FactName& known, std::string_view wanted) { return known.name < wanted; });
  return place != kNames.end() && place->name == name;
}

}  // namespace km::casefile
