// Layouts of elf_prstatus, elf_prpsinfo, siginfo and NT_FILE on 64-bit Linux (linux/elfcore.h).
#include "readers/core_notes.h"

#include "binary/elf.h"

#include <algorithm>
#include <fmt/core.h>

namespace km::readers {
namespace {

constexpr std::uint32_t kStatus = 1;
constexpr std::uint32_t kInfo = 3;
constexpr std::uint32_t kAuxiliary = 6;
constexpr std::uint32_t kSignalInfo = 0x53494749;  // "SIGI"
constexpr std::uint32_t kFiles = 0x46494c45;       // "FILE"
constexpr std::size_t kMaxNotes = 200'000;         // a thread has three to five
constexpr std::size_t kMaxNoteBytes = std::size_t{8} << 20U;
constexpr std::size_t kMaxFiles = 100'000;

constexpr std::uint64_t padded(std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; }

std::string c_text(std::string_view bytes) {
  return std::string(bytes.substr(0, bytes.find('\0')));
}

class NoteReader {
 public:
  explicit NoteReader(const CoreElf& core) : core_(core) {}

  CoreNotes read() {
    for (const Segment& segment : core_.notes()) read_segment(segment);
    return std::move(notes_);
  }

 private:
  void read_segment(const Segment& segment) {
    constexpr std::uint64_t kHeader = 12;
    std::uint64_t at = 0;
    while (at + kHeader <= segment.file_size && segment.offset < UINT64_MAX - at - kHeader) {
      const std::string head = core_.bytes(segment.offset + at, kHeader + 8);
      Bytes cursor(head);
      const auto name_size = cursor.read<std::uint32_t>(core_.swapped());
      const auto size = cursor.read<std::uint32_t>(core_.swapped());
      const auto type = cursor.read<std::uint32_t>(core_.swapped());
      if (!type) return missing("the notes", "the file ends within them");
      if (++seen_ > kMaxNotes) return missing("the notes", "there are more than anybody writes");
      const std::uint64_t begin = at + kHeader + padded(*name_size);
      const std::string name =
          c_text(std::string_view(head).substr(std::min<std::size_t>(12, head.size())));
      if (name == "CORE") note(*type, segment.offset + begin, *size);
      at = begin + padded(*size);
    }
  }

  void note(std::uint32_t type, std::uint64_t offset, std::uint32_t size) {
    switch (type) {
      case kStatus:
        ++notes_.threads;
        if (notes_.threads == 1) status(whole("the registers", offset, size));
        break;
      case kInfo:
        info(whole("the process's name", offset, size));
        break;
      case kSignalInfo:
        signal_info(whole("the signal's cause", offset, size));
        break;
      case kAuxiliary:
        auxiliary(whole("the processor's features", offset, size));
        break;
      case kFiles:
        files(whole("the list of mapped files", offset, size));
        break;
      default:
        break;
    }
  }

  std::string whole(std::string_view what, std::uint64_t offset, std::uint32_t size) {
    std::string bytes = core_.bytes(offset, std::min<std::size_t>(size, kMaxNoteBytes));
    if (bytes.size() < size) missing(what, "the file ends within it");
    return bytes;
  }

  void status(const std::string& bytes) {
    constexpr std::uint64_t kRegisters = 112;
    constexpr std::uint64_t kRip = 16;  // of struct user_regs_struct, in registers
    constexpr std::uint64_t kPc = 32;   // of struct user_pt_regs
    Bytes cursor(bytes);
    if (cursor.seek(12)) notes_.signal = cursor.read<std::int16_t>(core_.swapped()).value_or(0);
    if (cursor.seek(32)) notes_.pid = cursor.read<std::int32_t>(core_.swapped()).value_or(0);
    const bool x86 = core_.machine() == binary::kMachineX86_64;
    if (!x86 && core_.machine() != binary::kMachineArm64) return;
    if (cursor.seek(kRegisters + 8 * (x86 ? kRip : kPc)))
      notes_.pc = cursor.read<std::uint64_t>(core_.swapped());
  }

  void info(std::string_view bytes) {
    constexpr std::size_t kName = 40;
    constexpr std::size_t kArguments = 56;
    if (bytes.size() > kName) notes_.process = c_text(bytes.substr(kName, kArguments - kName));
    if (bytes.size() > kArguments) {
      const std::string words = c_text(bytes.substr(kArguments));
      notes_.first_word = words.substr(0, words.find(' '));
    }
  }

  void signal_info(const std::string& bytes) {
    Bytes cursor(bytes);
    const auto number = cursor.read<std::int32_t>(core_.swapped());
    if (!number || !cursor.skip(4)) return;  // si_errno
    if (notes_.signal == 0) notes_.signal = *number;
    notes_.signal_code = cursor.read<std::int32_t>(core_.swapped());
    // Sent by a process (0 and below) or by the kernel without a place (128): no address.
    const bool has_place =
        notes_.signal_code && *notes_.signal_code > 0 && *notes_.signal_code < 128;
    if (has_place && cursor.seek(16))
      notes_.fault_address = cursor.read<std::uint64_t>(core_.swapped());
  }

  void auxiliary(const std::string& bytes) {
    constexpr std::uint64_t kHardware = 16;  // AT_HWCAP
    Bytes cursor(bytes);
    while (cursor.left() >= 16) {
      const auto type = *cursor.read<std::uint64_t>(core_.swapped());
      const auto value = *cursor.read<std::uint64_t>(core_.swapped());
      if (type == kHardware) notes_.hardware = value;
    }
  }

  // count, page size, count times (start, end, offset in pages), then the names.
  void files(const std::string& bytes) {
    Bytes cursor(bytes);
    const auto count = cursor.read<std::uint64_t>(core_.swapped());
    const auto page = cursor.read<std::uint64_t>(core_.swapped());
    if (!page || *count > bytes.size() / 24) return;
    std::uint64_t name_at = 16 + *count * 24;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(*count, kMaxFiles); ++i) {
      MappedFile file;
      file.start = *cursor.read<std::uint64_t>(core_.swapped());
      file.end = *cursor.read<std::uint64_t>(core_.swapped());
      file.offset = *cursor.read<std::uint64_t>(core_.swapped()) * *page;
      const auto name = cursor.c_string(name_at);
      if (!name) return;
      file.path = *name;
      name_at += name->size() + 1;
      notes_.files.push_back(std::move(file));
    }
  }

  void missing(std::string_view what, std::string_view why) {
    notes_.missing.push_back(fmt::format("{}: {}", what, why));
  }

  const CoreElf& core_;
  CoreNotes notes_;
  std::size_t seen_ = 0;
};

}  // namespace

CoreNotes read_notes(const CoreElf& core) { return NoteReader(core).read(); }

}  // namespace km::readers
