#include "binary/initialisers.h"

#include "binary/elf.h"
#include "binary/elf_file.h"
#include "binary/instruction.h"
#include "binary/macho.h"
#include "binary/macho_file.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace km::binary {
namespace {

constexpr std::uint64_t kInit = 12;
constexpr std::uint64_t kInitArray = 25;
constexpr std::uint64_t kInitArraySize = 27;
constexpr std::uint64_t kRela = 7;
constexpr std::uint64_t kRelaSize = 8;
constexpr std::uint64_t kRelaCount = 0x6ffffff9;  // relative ones, which come first
constexpr std::size_t kRelaEntry = 24;
constexpr std::uint64_t kRelative = 8;  // R_X86_64_RELATIVE

constexpr std::size_t kMostInitialisers = 1024;
constexpr int kMostInstructions = 20'000;
constexpr int kMostCalls = 4;  // deep
constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr std::size_t kMostPieces = 8;

// Code at addresses, read in pieces that are kept: initialisers lie side by side.
class Code {
 public:
  // Bytes of memory that the file provides.
  using Memory = std::function<std::string(std::uint64_t address, std::size_t size)>;
  explicit Code(Memory memory) : memory_(std::move(memory)) {}

  // Nothing where it is not in the file or too much was read already.
  std::string_view at(std::uint64_t address) {
    constexpr std::size_t kLongestInstruction = 15;
    for (const auto& [begin, bytes] : pieces_) {
      if (address >= begin && address - begin < bytes.size()) {
        const std::string_view rest =
            std::string_view(bytes).substr(static_cast<std::size_t>(address - begin));
        if (rest.size() >= kLongestInstruction || bytes.size() < kPiece) return rest;
      }
    }
    if (pieces_.size() >= kMostPieces) return {};
    pieces_.emplace_back(address, memory_(address, kPiece));
    return pieces_.back().second;
  }

 private:
  Memory memory_;
  std::vector<std::pair<std::uint64_t, std::string>> pieces_;
};

class Walk {
 public:
  explicit Walk(Code::Memory memory) : code_(std::move(memory)) {}

  void from(std::uint64_t address) { follow(address, 0); }

  std::vector<NeededFeature> result() && { return std::move(found_); }

 private:
  // False: nothing is known about what comes behind it.
  bool follow(std::uint64_t address, int calls) {
    while (left_-- > 0) {
      if (!seen_.insert(address).second) return true;
      const auto instruction = decode_x86_64(code_.at(address));
      if (!instruction) return false;
      note(*instruction, address);
      const std::uint64_t next = address + instruction->length;
      const auto target = next + static_cast<std::uint64_t>(instruction->distance.value_or(0));
      switch (instruction->flow) {
        case Instruction::Flow::next:
          address = next;
          break;
        case Instruction::Flow::call:
          // Of one into another library (through a table) is only known that it returns.
          if (instruction->distance && calls < kMostCalls && !follow(target, calls + 1))
            return false;
          address = next;
          break;
        case Instruction::Flow::jump:
          if (!instruction->distance) return calls > 0;  // a stub of the linkage table
          address = target;
          break;
        case Instruction::Flow::branch:
          return false;
        case Instruction::Flow::end:
          return true;
      }
    }
    return false;
  }

  void note(const Instruction& instruction, std::uint64_t address) {
    if (instruction.feature.empty()) return;
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const NeededFeature& one) {
      return one.feature == instruction.feature;
    });
    if (!known) found_.push_back({instruction.feature, instruction.mnemonic, address});
  }

  Code code_;
  std::set<std::uint64_t> seen_;
  std::vector<NeededFeature> found_;
  int left_ = kMostInstructions;
};

// Addends of the relative relocations of [begin, end), which are sorted by address; read by
// halving, since a large library has hundreds of thousands of them.
std::vector<std::uint64_t> relocated(ElfFile& file, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t table = file.dynamic_value(kRela);
  const std::uint64_t count =
      std::min(file.dynamic_value(kRelaCount), file.dynamic_value(kRelaSize) / kRelaEntry);
  const auto entries = [&](std::uint64_t first, std::uint64_t how_many) {
    return file.memory(table + first * kRelaEntry, static_cast<std::size_t>(how_many) * kRelaEntry);
  };
  std::uint64_t low = 0;
  std::uint64_t high = count;
  // Down to what one read brings.
  constexpr std::uint64_t kOneRead = 2048;
  while (high - low > kOneRead) {
    const std::uint64_t middle = low + (high - low) / 2;
    const std::string raw = entries(middle, 1);
    const auto offset = Bytes(std::string_view(raw)).read<std::uint64_t>(file.swapped());
    if (!offset) return {};
    (*offset < begin ? low : high) = middle;
  }
  std::vector<std::uint64_t> targets;
  const std::uint64_t most = std::min(count - low, kOneRead + kMostInitialisers);
  const std::string raw = table == 0 ? std::string() : entries(low, most);
  Bytes bytes{std::string_view(raw)};
  while (bytes.left() >= kRelaEntry && targets.size() < kMostInitialisers) {
    const auto offset = bytes.read<std::uint64_t>(file.swapped());
    const auto info = bytes.read<std::uint64_t>(file.swapped());
    const auto addend = bytes.read<std::uint64_t>(file.swapped());
    if (*offset >= begin && *offset < end && (*info & 0xffffffffU) == kRelative)
      targets.push_back(*addend);
  }
  return targets;
}

std::vector<std::uint64_t> initialisers(ElfFile& file) {
  std::vector<std::uint64_t> targets;
  if (const std::uint64_t init = file.dynamic_value(kInit); init != 0) targets.push_back(init);
  const std::uint64_t array = file.dynamic_value(kInitArray);
  const std::uint64_t size =
      std::min<std::uint64_t>(file.dynamic_value(kInitArraySize), kMostInitialisers * 8);
  if (array == 0 || size == 0) return targets;
  const std::string raw = file.memory(array, static_cast<std::size_t>(size));
  Bytes bytes{std::string_view(raw)};
  bool in_place = false;
  while (const auto target = bytes.read<std::uint64_t>(file.swapped())) {
    if (*target == 0 || *target == ~std::uint64_t{0}) continue;  // relocated later; or no function
    targets.push_back(*target);
    in_place = true;
  }
  if (!in_place) {
    for (const std::uint64_t target : relocated(file, array, array + size))
      targets.push_back(target);
  }
  return targets;
}

std::vector<NeededFeature> features_at(std::vector<std::uint64_t> targets, Code::Memory memory) {
  std::sort(targets.begin(), targets.end());  // neighbours share a read
  Walk walk(std::move(memory));
  for (const std::uint64_t target : targets) walk.from(target);
  return std::move(walk).result();
}

Result<std::vector<NeededFeature>> features_of_elf(Source& source) {
  KM_ASSIGN(ElfFile file, ElfFile::open(source));
  if (file.machine() != kMachineX86_64 || !file.wide()) return std::vector<NeededFeature>{};
  return features_at(initialisers(file), [&file](std::uint64_t address, std::size_t size) {
    return file.memory(address, size);
  });
}

std::vector<std::uint64_t> initialisers(const MachFile& file) {
  std::vector<std::uint64_t> targets;
  for (const MachPart& section : file.initialiser_pointers) {
    const std::string raw = file.bytes(
        section.offset,
        static_cast<std::size_t>(std::min<std::uint64_t>(section.size, kMostInitialisers * 8)));
    Bytes bytes{std::string_view(raw)};
    while (const auto pointer = bytes.read<std::uint64_t>(file.swap)) {
      // With chained fixups the upper bits say where the next pointer is; the target is an address,
      // or counts from the header (DYLD_CHAINED_PTR_64 and _64_OFFSET).
      constexpr std::uint64_t kTarget = (std::uint64_t{1} << 36U) - 1;
      const std::uint64_t target = *pointer & kTarget;
      targets.push_back(file.memory(target, 1).empty() ? file.first_address() + target : target);
    }
  }
  for (const MachPart& section : file.initialiser_offsets) {
    const std::string raw = file.bytes(
        section.offset,
        static_cast<std::size_t>(std::min<std::uint64_t>(section.size, kMostInitialisers * 4)));
    Bytes bytes{std::string_view(raw)};
    while (const auto offset = bytes.read<std::uint32_t>(file.swap))
      targets.push_back(file.first_address() + *offset);
  }
  return targets;
}

Result<std::vector<NeededFeature>> features_of_mach_o(Source& source) {
  KM_ASSIGN(const std::vector<Image> images, read_mach_o(source));
  for (const Image& image : images) {
    if (image.architecture != "x86_64") continue;
    KM_ASSIGN(const MachFile file,
              MachFile::open(source, image.offset, source.size() - image.offset));
    return features_at(initialisers(file), [&file](std::uint64_t address, std::size_t size) {
      return file.memory(address, size);
    });
  }
  return std::vector<NeededFeature>{};
}

}  // namespace

Result<std::vector<NeededFeature>> features_of_initialisers(Source& source) {
  return is_mach_o(source.bytes(0, 8)) ? features_of_mach_o(source) : features_of_elf(source);
}

}  // namespace km::binary
