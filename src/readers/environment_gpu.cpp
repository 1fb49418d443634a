// nvidia-smi's table and list, nvcc's answer.
#include "readers/environment_reading.h"
#include "readers/text.h"

#include <charconv>
#include <cstdint>

namespace km::readers {
namespace {

constexpr std::int64_t kMebibyte = std::int64_t{1024} * 1024;

std::string_view after(std::string_view line, std::string_view key) {
  const std::size_t place = line.find(key);
  if (place == std::string_view::npos) return {};
  const std::string_view rest = trimmed(line.substr(place + key.size()));
  return rest.substr(0, rest.find_first_of(" \t|,"));
}

// "7421MiB" → bytes; -1 where it is none.
std::int64_t mebibytes(std::string_view text) {
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr std::int64_t kMost = 100'000'000;
  if (error != std::errc() || number < 0 || number > kMost) return -1;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  return unit == "MiB" ? number * kMebibyte : -1;
}

// "| NVIDIA-SMI 525.60.13    Driver Version: 525.60.13    CUDA Version: 12.0     |"
bool read_head(std::string_view line, Reading& reading) {
  if (!has(line, "NVIDIA-SMI")) return false;
  const std::string_view driver = after(line, "Driver Version:");
  const std::string_view cuda = after(line, "CUDA Version:");
  if (is_version(driver)) reading.told("gpu.driver", std::string(driver));
  if (is_version(cuda)) reading.told("gpu.cuda_version", std::string(cuda));
  return true;
}

// "|   0  NVIDIA A10         Off  | 00000000:00:1E.0 Off |                    0 |"
bool read_model(std::string_view line, Reading& reading) {
  if (!line.starts_with("| ") || !has(line, "00000000:")) return false;
  std::string_view cell = trimmed(line.substr(1, line.find('|', 1) - 1));
  while (!cell.empty() && is_digit(cell.front())) cell.remove_prefix(1);
  for (const std::string_view mode : {"Off", "On", "N/A"}) {
    if (cell.ends_with(mode)) cell.remove_suffix(mode.size());
  }
  cell = trimmed(cell);
  if (cell.ends_with("...")) cell.remove_suffix(3);
  if (!cell.empty()) reading.told("gpu.model", std::string(trimmed(cell)));
  return true;
}

// "| N/A   34C    P0    27W /  70W |   7421MiB / 15109MiB |      0%      Default |"
bool read_memory(std::string_view line, Reading& reading) {
  const std::size_t slash = line.find("MiB / ");
  if (!line.starts_with("|") || slash == std::string_view::npos) return false;
  const std::size_t begin = line.find_last_of(" |", slash);
  const std::string_view used =
      begin == std::string_view::npos ? line : line.substr(begin + 1, slash + 3 - begin - 1);
  const std::int64_t used_bytes = mebibytes(used);
  const std::int64_t total_bytes = mebibytes(after(line, "MiB / "));
  // Several devices: the first is the one that frameworks take.
  if (used_bytes >= 0) reading.told("gpu.used_bytes", used_bytes);
  if (total_bytes > 0) reading.told("gpu.total_bytes", total_bytes);
  return true;
}

}  // namespace

bool read_gpu_words(std::string_view line, Reading& reading) {
  const std::string_view text = trimmed(line);
  constexpr std::string_view kRelease = "Cuda compilation tools, release ";
  if (text.starts_with(kRelease)) {
    const std::string_view version = after(text, kRelease);
    if (is_version(version)) reading.told("gpu.cuda_version", std::string(version));
    return true;
  }
  // "GPU 0: NVIDIA A10 (UUID: GPU-...)"
  if (text.starts_with("GPU ") && has(text, "(UUID:")) {
    const std::size_t colon = text.find(": ");
    const std::string_view model = colon == std::string_view::npos
                                       ? ""
                                       : text.substr(colon + 2, text.find(" (UUID") - colon - 2);
    if (!model.empty()) reading.told("gpu.model", std::string(model));
    return true;
  }
  return read_head(text, reading) || read_model(text, reading) || read_memory(text, reading);
}

}  // namespace km::readers
