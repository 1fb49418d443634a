// A flight recorder's file, torn or foreign. The file has a fixed size of megabytes, so the input
// is a list of patches on an empty one: offset (3 bytes), length (1 byte), the bytes.
#include "bytes.h"
#include "input.h"
#include "supervisor/recorder.h"
#include "supervisor/ring_layout.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

std::vector<std::byte> empty_recording() {
  std::vector<std::byte> file(km::supervisor::ring::kFileBytes);
  km::supervisor::ring::Header header;
  header.file_bytes = file.size();
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::byte> kEmpty = empty_recording();
  static std::vector<std::byte> file = kEmpty;
  std::vector<std::pair<std::size_t, std::size_t>>
      patched;  // put back afterwards: copying megabytes each time is slow
  km::Bytes input(km::fuzz::text_of(data, size));
  while (const auto place = input.read<std::uint32_t>()) {
    const std::size_t offset = (*place & 0xffffffU) % file.size();
    const auto bytes = input.take(std::min<std::size_t>(*place >> 24U, input.left()));
    if (!bytes) break;
    const std::size_t length = std::min(bytes->size(), file.size() - offset);
    std::copy_n(bytes->begin(), length, file.begin() + static_cast<std::ptrdiff_t>(offset));
    patched.emplace_back(offset, length);
  }
  const auto recording = km::supervisor::parse_recording(file);
  if (recording) {
    km::fuzz::must(recording->samples.size() <=
                   km::supervisor::Recorder::kSamples + km::supervisor::Recorder::kCoarseSamples);
    km::fuzz::must(recording->words.size() <= km::supervisor::Recorder::kWordsBytes);
  }
  for (const auto& [offset, length] : patched) {
    const auto begin = kEmpty.begin() + static_cast<std::ptrdiff_t>(offset);
    std::copy_n(begin, length, file.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  // A file that was cut off is no recording.
  km::fuzz::must(
      !km::supervisor::parse_recording(std::span(file).first(std::min(size, file.size() - 1))));
  return 0;
}
