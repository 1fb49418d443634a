// Tables whose columns an earlier line names: free, df.
#include "readers/environment_reading.h"
#include "readers/text.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace km::readers {
namespace {

// "64M", "15Gi", "512", "0B"; `unit` is what a bare number counts.
std::optional<std::int64_t> bytes_of(std::string_view text, double unit) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (suffix.ends_with('i')) suffix.remove_suffix(1);
  double factor = unit;
  if (!suffix.empty()) {
    const std::size_t power = std::string_view("BKMGTP").find(suffix);
    if (suffix.size() != 1 || power == std::string_view::npos) return std::nullopt;
    factor = 1;
    for (std::size_t i = 0; i < power; ++i) factor *= 1024;
  }
  const double bytes = number * factor;
  constexpr double kMost = 1e18;
  if (factor <= 0 || bytes > kMost) return std::nullopt;
  return static_cast<std::int64_t>(bytes);
}

// Mounts that are full by nature say nothing.
bool is_working_mount(std::string_view mount, std::string_view device) {
  if (device.find("loop") != std::string_view::npos) return false;
  for (const char* system : {"/snap", "/boot", "/dev", "/run", "/sys", "/proc", "/System/"}) {
    if (mount.starts_with(system)) return false;
  }
  return mount.starts_with('/');
}

}  // namespace

// "Mem:           15Gi       3.2Gi       8.1Gi       312Mi       4.1Gi        11Gi"
bool TableReader::free_row(std::string_view line, Reading& reading) {
  const auto cells = fields_of(line, 8);
  if (cells.size() < 4) return false;
  if (cells[0] == "Mem:") {
    const auto total = bytes_of(cells[1], free_unit_);
    if (total && *total > 0) reading.told("memory.host_total_bytes", *total);
    const auto available = cells.size() >= 7 ? bytes_of(cells[6], free_unit_) : std::nullopt;
    if (total && available) reading.told("memory.available_bytes", *available);
    return true;
  }
  if (cells[0] != "Swap:") return false;
  if (const auto left = bytes_of(cells[3], free_unit_)) {
    reading.told("memory.swap_free_bytes", *left);
  }
  return true;
}

// "shm              64M     0   64M   0% /dev/shm", "/dev/sda1   50G   50G     0 100% /"
bool TableReader::df_row(std::string_view line, Reading& reading) {
  const auto cells = fields_of(line, 10);
  if (cells.size() < 6 || !cells[4].ends_with('%')) return false;
  const std::string_view mount = cells.back();  // macOS has columns of inodes before it
  const auto size = bytes_of(cells[1], df_unit_);
  const auto left = bytes_of(cells[3], df_unit_);
  if (!size || !left) return false;
  if (mount == "/dev/shm") {
    reading.told("shm.total_bytes", *size);
    reading.told("shm.free_bytes", *left);
  } else if (cells[4] == "100%" && is_working_mount(mount, cells[0])) {
    reading.told("disk.free_bytes", *left);
  }
  return true;
}

bool TableReader::line(std::string_view line, Reading& reading) {
  const std::string_view text = trimmed(line);
  if (text.starts_with("total ") && has(text, " used ") && has(text, " free ")) {
    free_ = true;
    return true;
  }
  if (text.starts_with("Filesystem ")) {
    df_ = true;
    df_unit_ = has(text, "512-blocks") ? 512 : has(text, "1M-blocks") ? 1024.0 * 1024 : 1024;
    return true;
  }
  // The command line above the table tells what a bare number counts.
  if (has(text, "free -m")) free_unit_ = 1024.0 * 1024;
  if (has(text, "free -g")) free_unit_ = 1024.0 * 1024 * 1024;
  if (text.ends_with("free") || has(text, "free -k")) free_unit_ = 1024;
  // People copy this one row alone; no other table ends so.
  const bool shm_row = text.ends_with(" /dev/shm");
  return (free_ && free_row(text, reading)) || ((df_ || shm_row) && df_row(text, reading));
}

}  // namespace km::readers
