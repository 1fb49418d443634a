// What the macOS layer decides, apart from its system calls: pure functions of recorded values, so
// that they are tested where no Mac is. The siblings *_macos.cpp ask and pass on.
#pragma once

#include "os/host.h"
#include "os/process.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace km::os::macos {

// Who ended a process, as a kevent of EVFILT_PROC with NOTE_EXIT_DETAIL tells (xnu: bsd/sys/event.h
// and filt_proc in bsd/kern/kern_event.c): "memory" for Jetsam, "code_signing", "decryption"; empty
// where nobody did, or the system does not say. Known at once, without waiting for a report.
std::string killer_of(std::uint32_t fflags, std::int64_t data);

// What sysctl(3) answers; nothing where it knows no such name.
struct SystemValues {
  std::optional<int> translated;  // sysctl.proc_translated: 1 in a process that Rosetta translates
  std::optional<int> arm64;       // hw.optional.arm64: 1 on Apple silicon, under Rosetta, too
  std::string product_version;    // kern.osproductversion: "15.1"
  std::string release;            // kern.osrelease, of Darwin: "24.1.0"
};

std::string translation_of(const SystemValues& values);  // "rosetta", or empty
std::string hardware_of(const SystemValues& values);     // "arm64" or "x86_64"
// "macOS 15.1". A program that asks for an old system's behaviour is told 10.16: then Darwin's
// version tells.
std::string version_of(const SystemValues& values);
// kern.memorystatus_vm_pressure_level (1, 2 or 4) as "normal", "warning", "critical"; empty where
// it is not told.
std::string pressure_of(std::optional<int> level);

// The machine as a process of that architecture sees it ("arm64", "x86_64"), whatever we are
// ourselves: a translated program may start a native one, and the other way round. What Rosetta
// offers its processes is not known to a native one: then the features are empty. Unchanged on
// other systems, and for an architecture that is not known.
HostIdentity seen_by(HostIdentity host, std::string_view architecture);

// host_statistics64(HOST_VM_INFO64), in pages.
struct Pages {
  std::uint64_t free = 0;
  std::uint64_t purgeable = 0;
  std::uint64_t file_backed = 0;  // external_page_count
};
// What can be had without compressing or swapping. Inactive pages are not free on macOS: many are
// anonymous and would have to be compressed first.
std::int64_t available_bytes(const Pages& pages, std::uint64_t page_bytes);

// proc_pid_rusage(RUSAGE_INFO_V4) and proc_pidinfo(PROC_PIDTASKINFO) of one process.
struct ProcessUse {
  std::uint64_t footprint_bytes = 0;  // ri_phys_footprint: what Jetsam counts, compressed included
  std::uint64_t resident_bytes = 0;   // without what was compressed: too small under pressure
  std::int32_t threads = 0;
  std::uint64_t time_units = 0;  // user and system
};
// The machine's time unit: mach_timebase_info(), 1 ns on Intel, 41.67 ns on Apple silicon.
void add_use(const ProcessUse& process, bool root, double unit_ns, TreeUse& tree);

}  // namespace km::os::macos
