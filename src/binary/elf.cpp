// The reader of headers: ELF header, program headers, dynamic section, its strings and versions.
#include "binary/elf.h"

#include "binary/elf_file.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

namespace km::binary {
namespace {

constexpr std::uint16_t kExecutable = 2;  // ET_EXEC
constexpr std::uint16_t kShared = 3;      // ET_DYN
constexpr std::uint64_t kPie = 0x08000000;

constexpr std::uint64_t kNeeded = 1;
constexpr std::uint64_t kSoname = 14;
constexpr std::uint64_t kRpath = 15;
constexpr std::uint64_t kRunpath = 29;
constexpr std::uint64_t kFlags1 = 0x6ffffffb;
constexpr std::uint64_t kVerdef = 0x6ffffffc;
constexpr std::uint64_t kVerdefCount = 0x6ffffffd;
constexpr std::uint64_t kVerneed = 0x6ffffffe;
constexpr std::uint64_t kVerneedCount = 0x6fffffff;

constexpr std::uint64_t kMostVersions = 4096;  // libc has 40, libstdc++ 60
constexpr std::size_t kVersionBytes = std::size_t{256} * 1024;

std::string architecture_of(const ElfFile& file) {
  switch (file.machine()) {
    case 3:
      return "i386";
    case 21:
      return file.swapped() ? "ppc64" : "ppc64le";
    case 22:
      return "s390x";
    case 40:
      return "arm";
    case kMachineX86_64:
      return "x86_64";
    case kMachineArm64:
      return "arm64";
    case 243:
      return file.wide() ? "riscv64" : "riscv32";
    case 258:
      return "loongarch64";
    default:
      return fmt::format("machine {}", file.machine());
  }
}

// Strings are asked for first and read together: they lie in few places of a table that may have
// megabytes of symbol names.
class Strings {
 public:
  void want(std::uint64_t offset, std::string& into) { wanted_.push_back({offset, &into}); }

  void read(ElfFile& file) {
    std::sort(wanted_.begin(), wanted_.end(),
              [](const Wanted& a, const Wanted& b) { return a.offset < b.offset; });
    constexpr std::size_t kPiece = std::size_t{16} * 1024;
    constexpr std::size_t kLongest = 4096;  // a path of the system
    std::string piece;
    std::uint64_t begin = 0;
    for (const Wanted& wanted : wanted_) {
      const bool inside = !piece.empty() && wanted.offset >= begin &&
                          wanted.offset - begin < piece.size() &&
                          (piece.size() - (wanted.offset - begin) > kLongest ||
                           piece.find('\0', wanted.offset - begin) != std::string::npos);
      if (!inside) {
        begin = wanted.offset;
        piece = file.string_bytes(begin, kPiece);
      }
      const std::size_t at = static_cast<std::size_t>(wanted.offset - begin);
      if (at >= piece.size()) continue;
      *wanted.into = piece.substr(at, std::min(piece.find('\0', at) - at, kLongest));
    }
  }

 private:
  struct Wanted {
    std::uint64_t offset;
    std::string* into;
  };
  std::vector<Wanted> wanted_;
};

// Colon-separated lists become single folders.
std::vector<std::string> folders_of(std::string_view list) {
  std::vector<std::string> folders;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(':'), list.size());
    if (end > 0) folders.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return folders;
}

struct NeededVersion {
  std::uint64_t library = 0;
  std::uint64_t name = 0;
};

// Calls `read(record)` for each record of a chain that begins at `at`; it reads on from there, and
// gives the distance to the next one: 0, or nothing where it was cut, ends the chain.
template <class Read>
void each_of_chain(const Bytes& table, std::uint64_t at, std::uint64_t count, Read read) {
  for (std::uint64_t i = 0; i < count; ++i) {
    Bytes record = table;
    if (!record.seek(at)) return;
    const std::optional<std::uint32_t> next = read(record);
    if (!next || *next == 0) return;
    at += *next;
  }
}

// Elf_Verneed and its Elf_Vernaux: the same layout in both widths.
std::vector<NeededVersion> needed_versions(ElfFile& file) {
  std::vector<NeededVersion> found;
  const std::uint64_t address = file.dynamic_value(kVerneed);
  if (address == 0) return found;
  const bool swap = file.swapped();
  const std::string raw = file.memory(address, kVersionBytes);
  const Bytes table{std::string_view(raw)};
  const std::uint64_t count = std::min(file.dynamic_value(kVerneedCount), kMostVersions);
  each_of_chain(table, 0, count, [&](Bytes& need) {
    const std::uint64_t begin = need.offset();
    const bool skipped = need.skip(2);  // vn_version
    const auto names = need.read<std::uint16_t>(swap);
    const auto library = need.read<std::uint32_t>(swap);
    const auto first = need.read<std::uint32_t>(swap);
    const auto next = need.read<std::uint32_t>(swap);
    if (!skipped || !next) return std::optional<std::uint32_t>();
    const std::uint64_t most = std::min<std::uint64_t>(*names, kMostVersions - found.size());
    each_of_chain(table, begin + *first, most, [&](Bytes& name) {
      const bool skipped_flags = name.skip(8);  // vna_hash, vna_flags, vna_other
      const auto text = name.read<std::uint32_t>(swap);
      const auto next_name = name.read<std::uint32_t>(swap);
      if (skipped_flags && next_name) found.push_back({*library, *text});
      return next_name;
    });
    return next;
  });
  return found;
}

// Elf_Verdef: the first Elf_Verdaux of each has its name.
std::vector<std::uint64_t> offered_versions(ElfFile& file) {
  std::vector<std::uint64_t> found;
  const std::uint64_t address = file.dynamic_value(kVerdef);
  if (address == 0) return found;
  const bool swap = file.swapped();
  const std::string raw = file.memory(address, kVersionBytes);
  const Bytes table{std::string_view(raw)};
  const std::uint64_t count = std::min(file.dynamic_value(kVerdefCount), kMostVersions);
  each_of_chain(table, 0, count, [&](Bytes& definition) {
    const std::uint64_t begin = definition.offset();
    const bool skipped = definition.skip(12);  // from vd_version to vd_hash
    const auto first = definition.read<std::uint32_t>(swap);
    const auto next = definition.read<std::uint32_t>(swap);
    if (!skipped || !next) return std::optional<std::uint32_t>();
    Bytes name = table;
    if (!name.seek(begin + *first)) return std::optional<std::uint32_t>();
    const auto text = name.read<std::uint32_t>(swap);
    if (!text) return std::optional<std::uint32_t>();
    found.push_back(*text);
    return next;
  });
  return found;
}

// GNU_PROPERTY_X86_ISA_1_NEEDED: a bit for each level of the psABI.
std::vector<std::string> needed_isa(ElfFile& file) {
  constexpr std::uint32_t kIsaNeeded = 0xc0008002;
  std::vector<std::string> levels;
  for (const auto& [type, value] : file.gnu_properties()) {
    if (type != kIsaNeeded) continue;
    static constexpr std::array<std::string_view, 4> kLevels{"x86-64-baseline", "x86-64-v2",
                                                             "x86-64-v3", "x86-64-v4"};
    for (std::size_t bit = 0; bit < kLevels.size(); ++bit) {
      if ((value >> bit & 1U) != 0) levels.emplace_back(kLevels[bit]);
    }
  }
  return levels;
}

}  // namespace

bool is_elf(std::string_view beginning) { return beginning.starts_with("\177ELF"); }

Result<Image> read_elf(Source& source) {
  KM_ASSIGN(ElfFile file, ElfFile::open(source));
  if (file.type() != kShared && file.type() != kExecutable)
    return fail("it is neither a library nor a program");
  Image image;
  image.architecture = architecture_of(file);
  image.executable = file.type() == kExecutable;
  image.interpreter = file.interpreter();
  image.ends_at = file.expected_size();

  Strings strings;
  std::vector<std::uint64_t> libraries;
  std::string runpath;
  std::string rpath;
  for (const auto& [tag, value] : file.dynamic()) {
    if (tag == kNeeded) libraries.push_back(value);
    if (tag == kSoname) strings.want(value, image.name);
    if (tag == kRunpath) strings.want(value, runpath);
    if (tag == kRpath) strings.want(value, rpath);
    if (tag == kFlags1 && (value & kPie) != 0) image.executable = true;
  }
  image.needed.resize(libraries.size());
  for (std::size_t i = 0; i < libraries.size(); ++i)
    strings.want(libraries[i], image.needed[i].name);
  const auto versions = needed_versions(file);
  image.needed_versions.resize(versions.size());
  for (std::size_t i = 0; i < versions.size(); ++i) {
    strings.want(versions[i].library, image.needed_versions[i].library);
    strings.want(versions[i].name, image.needed_versions[i].version);
  }
  const auto offered = offered_versions(file);
  image.offered_versions.resize(offered.size());
  for (std::size_t i = 0; i < offered.size(); ++i)
    strings.want(offered[i], image.offered_versions[i]);
  strings.read(file);
  image.search_paths = folders_of(runpath.empty() ? rpath : runpath);
  image.needed_isa = needed_isa(file);
  return image;
}

bool names_symbol(Source& source, std::string_view name) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  constexpr std::uint64_t kMost = std::uint64_t{16} << 20U;
  auto file = ElfFile::open(source);
  if (!file) return false;
  // Names end with a zero byte, and the table begins with one.
  std::string wanted(1, '\0');
  wanted.append(name).push_back('\0');
  std::string kept;  // the end of the piece before
  for (std::uint64_t at = 0; at < kMost; at += kPiece) {
    const std::string piece = file->string_bytes(at, kPiece);
    if (piece.empty()) return false;
    const std::string text = kept + piece;
    if (text.find(wanted) != std::string::npos) return true;
    kept = text.substr(text.size() - std::min(text.size(), wanted.size() - 1));
  }
  return false;
}

}  // namespace km::binary
