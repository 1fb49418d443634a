#include "intake/decoder.h"

#include "intake/clean_line.h"
#include "intake/decoder_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <zlib.h>
#include <zstd.h>

namespace km::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string gzip(std::string text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 100, '\0');
  stream.next_in = static_cast<Bytef*>(static_cast<void*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = static_cast<Bytef*>(static_cast<void*>(packed.data()));
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "line " + std::to_string(i) + '\n';
  return text;
}

struct Read {
  std::string text;
  std::vector<std::string> notes;
};

// A source that gives little at a time, as pipes do.
class Trickle : public ByteSource {
 public:
  explicit Trickle(std::string_view bytes) : bytes_(bytes) {}
  std::size_t read(char* into, std::size_t size) override {
    return bytes_.read(into, std::min<std::size_t>(size, 7));
  }

 private:
  MemorySource bytes_;
};

Read read(const std::string& bytes) {
  Read result;
  Decoded all = decoded(std::make_unique<Trickle>(bytes), result.notes);
  result.text = read_up_to(*all.bytes, std::size_t{1} << 30U);
  EXPECT_EQ(all.head, result.text.substr(0, all.head.size()));
  return result;
}

TEST(Decoder, LeavesPlainTextAlone) {
  EXPECT_EQ(read("").text, "");
  EXPECT_EQ(read("plain\r\n").text, "plain\r\n");
  EXPECT_EQ(read("\xEF\xBB\xBFmarked").text, "marked");
  const std::string text = numbers(50'000);
  EXPECT_EQ(read(text).text, text);
}

TEST(Decoder, UnpacksGzipAndZstd) {
  const std::string text = numbers(50'000);
  EXPECT_EQ(read(gzip(text)).text, text);
  EXPECT_EQ(read(zstd(text)).text, text);
  EXPECT_EQ(read(gzip(text) + gzip("more")).text, text + "more");
  EXPECT_EQ(read(zstd(text) + zstd("") + zstd("more")).text, text + "more");
  EXPECT_EQ(read(gzip(zstd(text))).text, text);
  EXPECT_EQ(read(gzip("\xEF\xBB\xBFmarked")).text, "marked");
  EXPECT_EQ(read(gzip("")).text, "");
  EXPECT_THAT(read(gzip(zstd(text))).notes, IsEmpty());
  // Once more would be somebody's joke.
  EXPECT_EQ(read(gzip(gzip(gzip("x")))).text, gzip("x"));
}

TEST(Decoder, KeepsWhatCameBeforeTheDamage) {
  const std::string text = numbers(50'000);
  for (const std::string& packed : {gzip(text), zstd(text)}) {
    for (std::size_t cut = 5; cut < packed.size(); cut += 1000) {
      const Read part = read(packed.substr(0, cut));
      EXPECT_EQ(part.text, text.substr(0, part.text.size()));
      EXPECT_THAT(part.notes, ElementsAre(HasSubstr("ends in the middle"))) << cut;
    }
    EXPECT_GT(read(packed.substr(0, packed.size() - 5)).text.size(), text.size() / 2);
    std::string damaged = packed;
    for (std::size_t i = packed.size() / 2; i < packed.size() / 2 + 50; ++i)
      damaged[i] = static_cast<char>(damaged[i] ^ 0x5A);
    EXPECT_THAT(read(damaged).notes, ElementsAre(HasSubstr("is damaged")));
  }
  // Padding behind the last member is none.
  EXPECT_THAT(read(gzip("x") + std::string(512, '\0')).notes, IsEmpty());
}

TEST(Decoder, TellsHowToUnpackTheRest) {
  EXPECT_THAT(read("\xFD"
                   "7zXZ and so on")
                  .notes,
              ElementsAre(HasSubstr("xz -dk FILE")));
}

TEST(Decoder, ReadsUtf16) {
  const std::u16string wide = u"Killed: 9\r\ngr\u00FC\u00DFe \U0001F480\n";
  const std::string utf8 =
      "Killed: 9\r\ngr\xC3\xBC\xC3\x9F"
      "e \xF0\x9F\x92\x80\n";
  std::string little;
  std::string big;
  for (const char16_t unit : wide) {
    little += static_cast<char>(unit & 0xFF);
    little += static_cast<char>(unit >> 8);
    big += static_cast<char>(unit >> 8);
    big += static_cast<char>(unit & 0xFF);
  }
  EXPECT_EQ(read("\xFF\xFE" + little).text, utf8);
  EXPECT_EQ(read("\xFE\xFF" + big).text, utf8);
  EXPECT_EQ(read(little).text, utf8);
  EXPECT_EQ(read(big).text, utf8);
  EXPECT_EQ(read(gzip("\xFF\xFE" + little)).text, utf8);
  // Halves of characters, and half of one at the end.
  EXPECT_EQ(read("\xFF\xFE" + std::string("\x80\xD8"
                                          "a\0"
                                          "\x80\xDC"
                                          "b",
                                          7))
                .text,
            "\xEF\xBF\xBD"
            "a"
            "\xEF\xBF\xBD"
            "\xEF\xBF\xBD");
}

TEST(Decoder, CutsLongStringsOfJson) {
  const auto cut = [](const std::string& json) {
    const auto source = with_short_strings(std::make_unique<Trickle>(json), 10);
    return read_up_to(*source, 1U << 20U);
  };
  EXPECT_EQ(cut(R"({"a": "short", "b": 12345678901234567890})"),
            R"({"a": "short", "b": 12345678901234567890})");
  EXPECT_EQ(cut(R"(["12345678901234", "x"])"), R"(["1234567890", "x"])");
  EXPECT_EQ(cut(R"(["123456789\"\"\"\"5", "x"])"), R"(["123456789\"\"\"\"", "x"])");
  for (const char* tail : {R"(\ud83d\ude00)", R"(\u00e9)", R"(\\)", "\xC3\xA9", R"(\n\")"}) {
    for (std::size_t before = 0; before < 12; ++before) {
      const std::string json =
          "[\"" + std::string(before, 'x') + tail + std::string(20, 'y') + tail + "\", 1]";
      EXPECT_TRUE(nlohmann::json::accept(cut(json))) << json << " became " << cut(json);
      EXPECT_LT(cut(json).size(), json.size());
    }
  }
}

TEST(DecoderLine, IsUtf8WhateverCame) {
  EXPECT_EQ(line_text("plain\r"), "plain");
  EXPECT_EQ(line_text("\x1b[31mred\x1b[0m"), "red");
  EXPECT_EQ(line_text(" 10%\r 20%\rdone\r"), "done");
  EXPECT_EQ(line_text("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(line_text("gr\xFC\xDF \x80"), "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC");
  EXPECT_EQ(line_text("\xC3\xBC and \xFF"), "\xC3\xBC and \xEF\xBF\xBD");
  EXPECT_EQ(as_utf8("caf\xE9\n"), "caf\xC3\xA9\n");
}

TEST(DecoderLine, KeepsOfALongLineWhatMatters) {
  const std::string line = std::string(5000, 'a') + "MIDDLE" + std::string(5000, 'b');
  EXPECT_THAT(line_text(line), ::testing::StartsWith("aaaa"));
  EXPECT_LE(line_text(line).size(), kLineBytes + 3);
  EXPECT_THAT(line_text(line, 5002), HasSubstr("aMIDDLEb"));
  EXPECT_LE(line_text(line, 5002).size(), kLineBytes + 3);
  const std::string bar = std::string(3000, '#') + "\rKilled: 9\r" + std::string(3000, '.');
  EXPECT_EQ(line_text(bar, 3003), "Killed: 9");
  EXPECT_THAT(line_text(bar), ::testing::StartsWith("...."));
}

TEST(DecoderLine, LosesTerminalSequencesInPlace) {
  const auto strip = [](std::string text) {
    text.resize(strip_terminal(text.data(), text.size()));
    return text;
  };
  EXPECT_EQ(strip("Trace\x1b[0mback\n\x1b[31m\n"), "Traceback\n\n");
  EXPECT_EQ(strip(std::string("\0\0a\0b\0", 6)), "ab");
  EXPECT_EQ(strip("x\x1b"), "x");
  EXPECT_EQ(strip("x\x1b(\ny"), "x\ny");
  EXPECT_EQ(strip(""), "");
  EXPECT_EQ(strip("nothing"), "nothing");
  // Linear: a second at most even for the worst mixture.
  std::string worst;
  while (worst.size() < 4'000'000) worst += std::string("\0\0\0\x1b]\x1b[3", 8);
  EXPECT_EQ(strip(worst), "");
}

}  // namespace
}  // namespace km::intake
