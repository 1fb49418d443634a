// What an image takes from others and what it offers them: its symbol table and its export trie.
#include "binary/macho.h"
#include "binary/macho_file.h"

#include <algorithm>
#include <map>

namespace km::binary {
namespace {

constexpr std::uint64_t kMostSymbols = 2'000'000;  // TensorFlow's largest library has 600,000
constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::size_t kLongestSymbol = 8192;

// n_type and n_desc of <mach-o/nlist.h>.
constexpr std::uint8_t kDebugging = 0xe0;
constexpr std::uint8_t kTypeMask = 0x0e;
constexpr std::uint8_t kExternal = 0x01;
constexpr std::uint16_t kWeakReference = 0x40;
constexpr std::uint8_t kSelf = 0;
constexpr std::uint8_t kFlat = 0xfe;
constexpr std::uint8_t kExecutable = 0xff;

struct Undefined {
  std::uint32_t name = 0;  // in the string table
  std::uint16_t description = 0;
};

std::vector<Undefined> undefined_symbols(const MachFile& file) {
  const std::size_t entry = file.wide ? 16 : 12;
  const std::uint64_t count = std::min(file.symbols.size, kMostSymbols);
  const std::uint64_t a_piece = kPiece / entry;
  std::vector<Undefined> found;
  for (std::uint64_t first = 0; first < count; first += a_piece) {
    const std::string raw =
        file.bytes(file.symbols.offset + first * entry,
                   static_cast<std::size_t>(std::min(a_piece, count - first)) * entry);
    Bytes bytes{std::string_view(raw)};
    while (bytes.left() >= entry) {
      const auto name = bytes.read<std::uint32_t>(file.swap);
      const auto type = bytes.read<std::uint8_t>();
      (void)bytes.skip(1);  // section
      const auto description = bytes.read<std::uint16_t>(file.swap);
      const auto value =
          file.wide
              ? bytes.read<std::uint64_t>(file.swap)
              : std::optional<std::uint64_t>(bytes.read<std::uint32_t>(file.swap).value_or(0));
      const bool undefined = (*type & kDebugging) == 0 && (*type & kTypeMask) == 0 &&
                             (*type & kExternal) != 0 && value == 0;
      if (undefined) found.push_back({*name, *description});
    }
    if (raw.size() < entry) break;  // cut off
  }
  return found;
}

// Reads of a region that go forth and back, in blocks that are kept.
class Blocks {
 public:
  Blocks(const MachFile& file, MachPart part) : file_(file), part_(part) {}

  // The byte at an offset of the region; nothing behind its end.
  std::optional<std::uint8_t> at(std::uint64_t offset) {
    if (offset >= part_.size) return std::nullopt;
    const std::uint64_t number = offset / kBlock;
    auto found = blocks_.find(number);
    if (found == blocks_.end()) {
      if (blocks_.size() >= kMostBlocks) blocks_.clear();
      const std::uint64_t begin = number * kBlock;
      found = blocks_
                  .emplace(number, file_.bytes(part_.offset + begin,
                                               static_cast<std::size_t>(std::min<std::uint64_t>(
                                                   kBlock, part_.size - begin))))
                  .first;
    }
    const std::size_t into = static_cast<std::size_t>(offset % kBlock);
    if (into >= found->second.size()) return std::nullopt;
    return static_cast<std::uint8_t>(found->second[into]);
  }

  // A number in base 128; moves `offset` behind it.
  std::optional<std::uint64_t> number(std::uint64_t& offset) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const auto byte = at(offset);
      if (!byte) return std::nullopt;
      ++offset;
      value |= (*byte & std::uint64_t{0x7f}) << shift;
      if ((*byte & 0x80U) == 0) return value;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::uint64_t kBlock = std::uint64_t{16} * 1024;
  static constexpr std::size_t kMostBlocks = 512;
  const MachFile& file_;
  MachPart part_;
  std::map<std::uint64_t, std::string> blocks_;
};

// Where the edge with the beginning of `symbol` leads; moves `symbol` behind that beginning.
std::optional<std::uint64_t> child_of(Blocks& trie, std::uint64_t node, std::string_view& symbol) {
  const auto data = trie.number(node);
  if (!data || *data > (std::uint64_t{1} << 32)) return std::nullopt;
  node += *data;
  const auto children = trie.at(node++);
  if (!children) return std::nullopt;
  for (int i = 0; i < *children; ++i) {
    std::size_t length = 0;
    bool same = true;
    for (;; ++length) {
      const auto letter = trie.at(node++);
      if (!letter || length > kLongestSymbol) return std::nullopt;
      if (*letter == 0) break;
      same = same && length < symbol.size() && static_cast<std::uint8_t>(symbol[length]) == *letter;
    }
    const auto target = trie.number(node);
    if (!target) return std::nullopt;
    if (!same || length == 0) continue;  // an empty edge would lead in a circle
    symbol.remove_prefix(length);
    return target;
  }
  return std::nullopt;
}

bool offers(Blocks& trie, std::string_view symbol) {
  std::uint64_t node = 0;
  // Each step takes letters from the symbol: a trie with circles ends, too.
  while (!symbol.empty()) {
    const auto next = child_of(trie, node, symbol);
    if (!next) return false;
    node = *next;
  }
  const auto data = trie.number(node);
  return data && *data > 0;  // flags and address, or a re-export
}

}  // namespace

Result<std::vector<Import>> mach_o_imports(Source& source, const Image& image) {
  KM_ASSIGN(const MachFile file,
            MachFile::open(source, image.offset, source.size() - image.offset));
  std::vector<Undefined> undefined = undefined_symbols(file);
  // In the order of their names, which then come by reading the table once.
  std::sort(undefined.begin(), undefined.end(),
            [](const Undefined& a, const Undefined& b) { return a.name < b.name; });
  std::vector<Import> imports;
  Blocks strings(file, file.strings);
  for (const Undefined& one : undefined) {
    Import import;
    for (std::uint64_t at = one.name; import.symbol.size() < kLongestSymbol; ++at) {
      const auto letter = strings.at(at);
      if (!letter || *letter == 0) break;
      import.symbol += static_cast<char>(*letter);
    }
    if (import.symbol.empty()) continue;
    import.weak = (one.description & kWeakReference) != 0;
    const auto ordinal = static_cast<std::uint8_t>(one.description >> 8U);
    if (file.two_level && ordinal != kSelf && ordinal != kFlat && ordinal != kExecutable &&
        ordinal <= file.libraries.size())
      import.library = file.libraries[ordinal - 1U].name;
    imports.push_back(std::move(import));
  }
  return imports;
}

Result<std::vector<bool>> mach_o_exports(Source& source, const Image& image,
                                         std::span<const std::string> symbols) {
  KM_ASSIGN(const MachFile file,
            MachFile::open(source, image.offset, source.size() - image.offset));
  Blocks trie(file, file.exports);
  std::vector<bool> found;
  found.reserve(symbols.size());
  for (const std::string& symbol : symbols)
    found.push_back(!symbol.empty() && offers(trie, symbol));
  return found;
}

}  // namespace km::binary
