// Single lines of the text form: a frame, an image, a termination, bytes of code.
#include "readers/apple_report.h"

#include <charconv>
#include <fmt/core.h>
#include <re2/re2.h>

namespace km::readers::apple {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

// "3   libfoo.dylib   0x00000001002cd478 start_threads + 244 (main.c:12)"; without symbols
// "0   libfoo.dylib   0x00000001047d56cb 0x1047d4000 + 5835"
std::optional<Frame> parse_frame_line(std::string_view line) {
  static const RE2 kFrame("\\d{1,4}\\s+(\\S.*?)\\s+0x[0-9a-fA-F]{6,16}(?:\\s+(.*))?");
  static const RE2 kPlace("(.+?)(?: \\+ (\\d+))?(?: \\([^()]*:\\d+\\))?(?: \\[inlined\\])?");
  Frame frame;
  std::string place;
  if (!RE2::FullMatch(piece(line), kFrame, &frame.image, &place)) return std::nullopt;
  if (place.empty() || place == "???") return frame;
  RE2::FullMatch(place, kPlace, &frame.symbol, &frame.offset);
  if (frame.symbol.substr(0, 2) == "0x") frame.symbol.clear();
  return frame;
}

// "0x1002cc000 - 0x1002cffff +com.example.app (1.0 - 1) <UUID> /path/to/app"; iOS names the
// architecture before the UUID.
std::optional<Image> parse_image_line(std::string_view line) {
  static const RE2 kImage(
      "0x[0-9a-fA-F]+\\s+-\\s+(?:0x[0-9a-fA-F]+|\\?\\?\\?)\\s+\\+?(\\S.*?)"
      "(?:\\s+(arm64\\w*|x86_64h?|i386|armv7\\w*))?(?:\\s+\\([^<]*\\))?\\s+<[^>]*>\\s+(.*)");
  Image image;
  if (!RE2::FullMatch(piece(line), kImage, &image.name, &image.architecture, &image.path))
    return std::nullopt;
  return image;
}

// "Namespace SIGNAL, Code 0x4", "Namespace SIGNAL, Code 6, Abort trap: 6" (macOS 26),
// "DYLD, [0x1] Library missing" (macOS 10.15)
std::optional<Termination> parse_termination(std::string_view text) {
  static const RE2 kWords("Namespace\\s+(\\w+),\\s+Code\\s+(\\w+),?\\s*(.*)");
  static const RE2 kBrackets("(?:Namespace )?(\\w+),\\s+\\[(\\w+)\\],?\\s*(.*)");
  Termination result;
  if (!RE2::FullMatch(piece(text), kWords, &result.ended_by, &result.code, &result.words) &&
      !RE2::FullMatch(piece(text), kBrackets, &result.ended_by, &result.code, &result.words))
    return std::nullopt;
  // Older reports count in hex, newer ones in decimal; large numbers are words (0x8badf00d).
  unsigned code = 0;
  if (result.code.substr(0, 2) == "0x" && result.code.size() <= 4) {
    const char* end = result.code.data() + result.code.size();
    const auto [at, error] = std::from_chars(result.code.data() + 2, end, code, 16);
    if (error == std::errc() && at == end) result.code = fmt::format("{}", code);
  }
  return result;
}

// "MacBookPro16,1, BootROM 1, 6 processors, 6-Core Intel Core i7, 2.6 GHz, 16 GB, SMC" →
// "6-Core Intel Core i7"
std::string processor_of(std::string_view model_line) {
  static const RE2 kProcessor(
      "[^,]+,\\d+, BootROM[^,]*, (?:proc [\\d:]+ )?\\d+ processors?, ([^,]+),.*");
  std::string processor;
  RE2::FullMatch(piece(model_line), kProcessor, &processor);
  return processor;
}

// "  ff 48 89 df-[c5]fc 10 07  ..H....." : the bytes stand before the column of characters.
std::string parse_code_line(std::string_view line, std::optional<std::size_t>& marked) {
  constexpr std::size_t kBytes = 16;
  std::string bytes;
  for (std::size_t i = 0; i + 1 < line.size() && bytes.size() < kBytes;) {
    const char c = line[i];
    if (c == '[' && !marked) marked = bytes.size();
    if (c == ' ' || c == '-' || c == '[' || c == ']') {
      if (c == ' ' && line[i + 1] == ' ' && !bytes.empty()) break;
      ++i;
      continue;
    }
    unsigned byte = 0;
    if (!is_hex(c) || !is_hex(line[i + 1]) || (i + 2 < line.size() && is_hex(line[i + 2]))) break;
    std::from_chars(line.data() + i, line.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
    i += 2;
  }
  return bytes;
}

}  // namespace km::readers::apple
