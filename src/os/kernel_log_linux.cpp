// Reads /dev/kmsg, where the kernel tells whom it killed for memory and which program crashed.
#include "os/fields.h"
#include "os/handle.h"
#include "os/host.h"
#include "os/kernel_log.h"

#include <array>
#include <cerrno>
#include <deque>
#include <fcntl.h>
#include <fmt/format.h>
#include <iterator>

namespace km::os {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

// The log's clock is the processor's, which NTP does not slew as it does CLOCK_MONOTONIC: they
// drift apart, at most by what NTP may correct (500 ppm; 100 is more than crystals need). Somewhat
// older records do no harm, missing ones do.
std::int64_t with_drift(std::int64_t since_us) {
  constexpr std::int64_t kMostDrift = 10'000;  // one part of so many
  return since_us - since_us / kMostDrift - 1'000'000;
}

tl::unexpected<Error> refused(int error) {
  const std::string context = "cannot read the kernel log /dev/kmsg";
  if (error == EPERM || error == EACCES) {
    return fail_errno(context +
                          " (CAP_SYSLOG is needed; allow it to everybody with `sudo sysctl "
                          "kernel.dmesg_restrict=0`, "
                          "or run kernelmedic as root)",
                      error);
  }
  if (error == ENOENT) {
    return fail_errno(context + " (a container has none; ask who runs the host for `dmesg`)",
                      error);
  }
  return fail_errno(context, error);
}

}  // namespace

std::optional<KernelRecord> parse_kernel_record(std::string_view record) {
  auto message = record;
  auto prefix = take_until(message, ';');
  if (prefix.size() == record.size()) return std::nullopt;  // no ';'
  take_until(prefix, ',');
  take_until(prefix, ',');
  const auto time = to_number(take_until(prefix, ','));
  if (!time) return std::nullopt;
  return KernelRecord{*time, std::string(take_line(message))};
}

Result<std::vector<std::string>> kernel_log_since(std::int64_t since_monotonic_us) {
  const Fd fd(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return refused(errno);
  const auto since_us = with_drift(since_monotonic_us);
  std::deque<std::string> lines;
  std::size_t bytes = 0;
  std::array<char, 16384> buffer{};  // the kernel's own records are at most 8 KiB
  while (true) {
    const auto got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EPIPE))
      continue;  // EPIPE: overwritten, the next is the oldest
    if (got < 0 && errno != EAGAIN) return refused(errno);
    if (got <= 0) break;
    const auto record = parse_kernel_record({buffer.data(), static_cast<std::size_t>(got)});
    if (!record || record->time_us < since_us) continue;
    // As dmesg shows it.
    lines.push_back(fmt::format("[{:5}.{:06}] {}", record->time_us / 1'000'000,
                                record->time_us % 1'000'000, record->text));
    bytes += lines.back().size();
    for (; bytes > kMostBytes; lines.pop_front()) bytes -= lines.front().size();
  }
  return std::vector<std::string>(std::make_move_iterator(lines.begin()),
                                  std::make_move_iterator(lines.end()));
}

}  // namespace km::os
