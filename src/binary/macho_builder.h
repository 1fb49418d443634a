// Mach-O images for tests, made byte by byte: valid ones, and parts to break.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace km::binary::samples {

inline constexpr std::uint32_t kArm64 = 0x0100000c;
inline constexpr std::uint32_t kX86_64 = 0x01000007;

inline void put(std::string& out, std::uint64_t value, int bytes, bool big = false) {
  for (int i = 0; i < bytes; ++i)
    out += static_cast<char>(value >> (8 * (big ? bytes - 1 - i : i)) & 0xffU);
}

inline std::string number(std::uint64_t value) {  // base 128
  std::string out;
  do {
    const auto low = static_cast<char>(value & 0x7fU);
    value >>= 7U;
    out += value == 0 ? low : static_cast<char>(low | '\x80');
  } while (value != 0);
  return out;
}

// An export trie of one level: each symbol hangs on the root by its whole name. `flags`: 8 is a
// re-export.
inline std::string trie(const std::map<std::string, int>& symbols) {
  constexpr std::size_t kPlace = 3;  // bytes of an offset, padded
  std::string root = number(0);
  root += static_cast<char>(symbols.size());
  std::size_t size = root.size();
  for (const auto& [name, flags] : symbols) size += name.size() + 1 + kPlace;
  std::string leaves;
  for (const auto& [name, flags] : symbols) {
    const std::uint64_t at = size + leaves.size();
    root += name;
    root += '\0';
    root += static_cast<char>((at & 0x7fU) | 0x80U);
    root += static_cast<char>((at >> 7U & 0x7fU) | 0x80U);
    root += static_cast<char>(at >> 14U & 0x7fU);
    const std::string data = number(static_cast<std::uint64_t>(flags)) + number(0x10);
    leaves += number(data.size()) + data + '\0';
  }
  return root + leaves;
}

struct Symbol {
  std::string name;
  int library = 0;  // ordinal from 1; 0xfe: flat lookup
  bool weak = false;
  bool defined = false;
};

class MachBuilder {
 public:
  explicit MachBuilder(std::uint32_t cpu = kArm64) : cpu_(cpu) {}

  MachBuilder& name(std::string_view text) { return text_command(0xd, text, 24); }
  MachBuilder& needs(std::string_view text, std::uint32_t command = 0xc) {
    return text_command(command, text, 24);
  }
  MachBuilder& rpath(std::string_view text) { return text_command(0x8000001c, text, 12); }
  MachBuilder& minimum(std::uint32_t version) {
    std::string body;
    for (const std::uint32_t value : {1U, version, version, 0U}) put(body, value, 4);
    return command(0x32, body);
  }
  MachBuilder& signature() {
    data_.emplace_back(0x1d, std::string(16, 's'));
    return *this;
  }
  MachBuilder& exports(const std::map<std::string, int>& symbols) {
    data_.emplace_back(0x80000033, trie(symbols));
    return *this;
  }
  MachBuilder& symbols(std::vector<Symbol> symbols) {
    symbols_ = std::move(symbols);
    return *this;
  }
  // Code at address 0x1000, in a segment that begins with the file, run when it is loaded.
  MachBuilder& initialiser(std::string code) {
    code_ = std::move(code);
    return *this;
  }

  std::string build() const {
    std::string commands = commands_;
    std::uint32_t count = count_;
    std::string tail;
    const std::size_t extra =
        data_.size() * 16 + (symbols_.empty() ? 0 : 24) + (code_.empty() ? 0 : 72 + 80);
    const std::size_t begin = 32 + commands.size() + extra;
    for (const auto& [number, bytes] : data_) {
      put(commands, number, 4);
      put(commands, 16, 4);
      put(commands, begin + tail.size(), 4);
      put(commands, bytes.size(), 4);
      tail += bytes;
      ++count;
    }
    if (!symbols_.empty()) {
      add_symbols(commands, tail, begin);
      ++count;
    }
    if (!code_.empty()) {
      add_code(commands, tail, begin);
      ++count;
    }
    std::string out;
    for (const std::uint64_t value :
         {std::uint64_t{0xfeedfacf}, std::uint64_t{cpu_}, std::uint64_t{0}, std::uint64_t{6},
          std::uint64_t{count}, std::uint64_t{commands.size()}, std::uint64_t{0x80},
          std::uint64_t{0}})
      put(out, value, 4);
    return out + commands + tail;
  }

 private:
  MachBuilder& command(std::uint32_t number, const std::string& body) {
    put(commands_, number, 4);
    put(commands_, 8 + body.size(), 4);
    commands_ += body;
    ++count_;
    return *this;
  }
  MachBuilder& text_command(std::uint32_t number, std::string_view text, std::uint32_t at) {
    std::string body;
    put(body, at, 4);
    body.resize(at - 8, '\0');
    body += text;
    body.resize((body.size() + 8) / 8 * 8, '\0');
    return command(number, body);
  }
  void add_symbols(std::string& commands, std::string& tail, std::size_t begin) const {
    std::string table;
    std::string strings(1, '\0');
    for (const Symbol& symbol : symbols_) {
      put(table, strings.size(), 4);
      put(table, symbol.defined ? 0x0f : 0x01, 1);
      put(table, symbol.defined ? 1 : 0, 1);
      put(table, static_cast<unsigned>(symbol.library) << 8U | (symbol.weak ? 0x40U : 0U), 2);
      put(table, symbol.defined ? 0x1000 : 0, 8);
      strings += symbol.name;
      strings += '\0';
    }
    put(commands, 0x2, 4);
    put(commands, 24, 4);
    put(commands, begin + tail.size(), 4);
    put(commands, symbols_.size(), 4);
    put(commands, begin + tail.size() + table.size(), 4);
    put(commands, strings.size(), 4);
    tail += table + strings;
  }
  void add_code(std::string& commands, std::string& tail, std::size_t begin) const {
    const std::size_t code = begin + tail.size();
    const std::size_t pointers = code + code_.size();
    constexpr std::uint64_t kAddress = 0x1000;
    put(commands, 0x19, 4);
    put(commands, 72 + 80, 4);
    commands += std::string("__TEXT").append(10, '\0');
    put(commands, kAddress, 8);
    put(commands, pointers + 8, 8);
    put(commands, 0, 8);
    put(commands, pointers + 8, 8);
    put(commands, 7, 4);
    put(commands, 5, 4);
    put(commands, 1, 4);
    put(commands, 0, 4);
    commands += std::string("__mod_init_func").append(1, '\0');
    commands += std::string("__DATA").append(10, '\0');
    put(commands, kAddress + pointers, 8);
    put(commands, 8, 8);
    put(commands, pointers, 4);
    commands.append(12, '\0');
    put(commands, 0x9, 4);
    commands.append(12, '\0');
    tail += code_;
    put(tail, kAddress + code, 8);
  }

  std::uint32_t cpu_;
  std::string commands_;
  std::uint32_t count_ = 0;
  std::vector<std::pair<std::uint32_t, std::string>> data_;
  std::vector<Symbol> symbols_;
  std::string code_;
};

// A fat file of thin images.
inline std::string fat(const std::vector<std::pair<std::uint32_t, std::string>>& slices) {
  constexpr std::size_t kAlign = 64;
  std::string out;
  put(out, 0xcafebabe, 4, true);
  put(out, slices.size(), 4, true);
  std::size_t at = (8 + slices.size() * 20 + kAlign - 1) / kAlign * kAlign;
  std::string tail;
  for (const auto& [cpu, image] : slices) {
    for (const std::uint64_t value : {std::uint64_t{cpu}, std::uint64_t{0}, std::uint64_t{at},
                                      std::uint64_t{image.size()}, std::uint64_t{6}})
      put(out, value, 4, true);
    tail += image;
    const std::size_t padded = (image.size() + kAlign - 1) / kAlign * kAlign;
    tail.resize(tail.size() + padded - image.size(), '\0');
    at += padded;
  }
  out.resize((out.size() + kAlign - 1) / kAlign * kAlign, '\0');
  return out + tail;
}

}  // namespace km::binary::samples
