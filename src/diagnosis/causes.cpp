// The list of causes with what each one means.
#include "diagnosis/causes.h"

#include <algorithm>
#include <array>

namespace km::diagnosis {
namespace {

constexpr std::array kCauses{
    Cause{"translated_process",
          "an x86-64 Python runs translated (Rosetta 2, qemu-user, box64, FEX) on another "
          "architecture and dies of it (AVX included)"},
    Cause{"cpu_lacks_instruction",
          "the build needs instructions (AVX, AVX2, AVX-512, SSE4...) that this CPU, VM or "
          "same-architecture emulator does not offer"},
    Cause{"wrong_architecture_library",
          "a library of another architecture was asked into the process (arm64 / x86_64 mix)"},
    Cause{"host_memory_exhausted",
          "the whole machine ran out of memory (global OOM kill, jetsam, swap full, early OOM "
          "daemons)"},
    Cause{"cgroup_memory_limit",
          "a container, pod, Slurm job or cgroup limit was hit while the host had memory"},
    Cause{"shared_memory_limit", "/dev/shm is too small or full of stale segments (often SIGBUS)"},
    Cause{"gpu_memory_exhausted", "the GPU's memory ran out"},
    Cause{"gpu_driver_mismatch",
          "driver, CUDA, cuDNN, ROCm or Metal plug-in do not fit the framework build"},
    Cause{"gpu_architecture_unsupported",
          "the build has no kernels for this GPU though the driver is fine"},
    Cause{"gpu_plugin_bug", "a crash inside tensorflow-metal, MPS or another device plug-in"},
    Cause{"gpu_device_conflict",
          "another process or framework holds the device; memory growth or devices set after "
          "initialisation"},
    Cause{"gpu_context_poisoned",
          "a device-side assert or fault makes every later GPU call fail until the restart"},
    Cause{"duplicate_openmp_runtime", "two OpenMP runtimes in one process"},
    Cause{"library_abi_conflict",
          "NumPy ABI, protobuf/absl, libstdc++/libc++, BLAS: libraries that do not fit each other, "
          "or two copies of one"},
    Cause{"broken_installation", "files missing or corrupt, a DLL or symbol not found"},
    Cause{"code_signature_invalid",
          "macOS on ARM kills a process that maps an unsigned or changed binary"},
    Cause{"python_version_unsupported", "no build for this Python, or one that fails on it"},
    Cause{"os_version_unsupported",
          "the operating system or its C library is too old or too new for the build"},
    Cause{"framework_bug", "a bug of the framework itself, known or fixed in some version"},
    Cause{"native_extension_bug", "a crash in another native extension"},
    Cause{"fork_after_threads",
          "fork with threads, or with a GPU or Objective-C runtime initialised"},
    Cause{"stack_overflow", "native or Python recursion ran over the stack"},
    Cause{"thread_or_process_limit", "no more threads, processes or file descriptors"},
    Cause{"disk_full", "no space left, quota included"},
    Cause{"kernel_startup_failure",
          "the kernel cannot start: ipykernel, pyzmq, traitlets, tornado, wrong kernelspec"},
    Cause{"shadowed_module", "a file of the user hides a module of the same name"},
    Cause{"port_or_connection_failure", "ZMQ ports, connection file, websocket, firewall"},
    Cause{"corrupt_or_locked_state_file",
          "history.sqlite or another state file is damaged or locked"},
    Cause{"killed_by_user_or_scheduler",
          "SIGTERM or SIGKILL from a person, culler, time limit, scheduler"},
    Cause{"interrupt_kills_process", "a native Ctrl-C handler ends the process on interrupt"},
    Cause{"gui_or_display_abort", "Qt, X11, OpenGL or a plotting back end aborts"},
    Cause{"user_code_error", "the code itself is wrong in a way that takes the process down"},
    Cause{"deliberate_exit", "sys.exit, os._exit, quit, exit() in native code"},
    Cause{"unknown", "the evidence does not say; the report then names what to collect"},
};

}  // namespace

std::span<const Cause> causes() { return kCauses; }

bool is_cause(std::string_view name) {
  return std::any_of(kCauses.begin(), kCauses.end(),
                     [name](const Cause& cause) { return cause.name == name; });
}

}  // namespace km::diagnosis
