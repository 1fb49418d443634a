// Makes ELF core files for tests, valid and broken ones.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace km::readers {

class CoreBuilder {
 public:
  bool big_endian = false;
  std::uint8_t width = 2;         // ELFCLASS64
  std::uint16_t type = 4;         // ET_CORE
  std::uint16_t machine = 62;     // x86-64
  bool count_in_section = false;  // as with more segments than 65534

  void note(std::uint32_t kind, const std::string& content, std::string_view owner = "CORE") {
    notes_ += number<std::uint32_t>(static_cast<std::uint32_t>(owner.size() + 1)) +
              number<std::uint32_t>(static_cast<std::uint32_t>(content.size())) +
              number<std::uint32_t>(kind) + padded(std::string(owner) + '\0') + padded(content);
  }

  void status(std::int16_t signal, std::int32_t pid, std::uint64_t pc) {
    std::string content(machine == 62 ? 336 : 392, '\0');
    put<std::int16_t>(content, 12, signal);
    put<std::int32_t>(content, 32, pid);
    put<std::uint64_t>(content, 112 + (machine == 62 ? 16 * 8 : 32 * 8), pc);
    note(1, content);
  }

  void process(std::string_view name, std::string_view arguments) {
    std::string content(136, '\0');
    content.replace(40, name.size(), name);
    content.replace(56, arguments.size(), arguments);
    note(3, content);
  }

  void cause(std::int32_t signal, std::int32_t code, std::uint64_t address) {
    std::string content(128, '\0');
    put<std::int32_t>(content, 0, signal);
    put<std::int32_t>(content, 8, code);
    put<std::uint64_t>(content, 16, address);
    note(0x53494749, content);
  }

  void hardware(std::uint64_t bits) {
    note(6, number<std::uint64_t>(16) + number<std::uint64_t>(bits) + number<std::uint64_t>(0) +
                number<std::uint64_t>(0));
  }

  struct File {
    std::uint64_t start;
    std::uint64_t end;
    std::uint64_t page;
    std::string path;
  };
  void files(const std::vector<File>& files) {
    std::string content = number<std::uint64_t>(files.size()) + number<std::uint64_t>(4096);
    for (const File& file : files)
      content += number<std::uint64_t>(file.start) + number<std::uint64_t>(file.end) +
                 number<std::uint64_t>(file.page);
    for (const File& file : files) content += file.path + '\0';
    note(0x46494c45, content);
  }

  void memory(std::uint64_t address, std::string content) {
    memory_.emplace_back(address, std::move(content));
  }

  std::string text() const {
    const std::size_t segments = 1 + memory_.size();
    const std::uint64_t sections = 64;
    const std::uint64_t table = count_in_section ? 128 : 64;
    std::uint64_t offset = table + 56 * segments;
    std::string core(
        "\x7f"
        "ELF",
        4);
    core += static_cast<char>(width);
    core += static_cast<char>(big_endian ? 2 : 1);
    core.resize(16, '\0');
    core += number<std::uint16_t>(type) + number<std::uint16_t>(machine) +
            number<std::uint32_t>(1) + number<std::uint64_t>(0) + number<std::uint64_t>(table) +
            number<std::uint64_t>(count_in_section ? sections : std::uint64_t{0}) +
            number<std::uint32_t>(0) + number<std::uint16_t>(64) + number<std::uint16_t>(56) +
            number<std::uint16_t>(count_in_section ? std::uint16_t{0xFFFF}
                                                   : static_cast<std::uint16_t>(segments)) +
            number<std::uint16_t>(64) +
            number<std::uint16_t>(count_in_section ? std::uint16_t{1} : std::uint16_t{0}) +
            number<std::uint16_t>(0);
    if (count_in_section) {
      std::string section(64, '\0');
      put<std::uint32_t>(section, 44, static_cast<std::uint32_t>(segments));
      core += section;
    }
    core += segment(4, offset, 0, notes_.size());
    offset += notes_.size();
    for (const auto& [address, content] : memory_) {
      core += segment(1, offset, address, content.size());
      offset += content.size();
    }
    core += notes_;
    for (const auto& [address, content] : memory_) core += content;
    return core;
  }

 private:
  template <class Number>
  std::string number(std::type_identity_t<Number> value) const {
    std::string bytes(sizeof(value), '\0');
    for (std::size_t i = 0; i < sizeof(value); ++i) {
      const std::size_t shift = 8 * (big_endian ? sizeof(value) - 1 - i : i);
      bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xFFU);
    }
    return bytes;
  }
  template <class Number>
  void put(std::string& content, std::size_t at, Number value) const {
    content.replace(at, sizeof(value), number<Number>(value));
  }
  std::string segment(std::uint32_t kind, std::uint64_t offset, std::uint64_t address,
                      std::uint64_t size) const {
    return number<std::uint32_t>(kind) + number<std::uint32_t>(4) + number<std::uint64_t>(offset) +
           number<std::uint64_t>(address) + number<std::uint64_t>(0) + number<std::uint64_t>(size) +
           number<std::uint64_t>(size) + number<std::uint64_t>(1);
  }
  static std::string padded(std::string text) {
    text.resize((text.size() + 3) / 4 * 4, '\0');
    return text;
  }

  std::string notes_;
  std::vector<std::pair<std::uint64_t, std::string>> memory_;
};

}  // namespace km::readers
