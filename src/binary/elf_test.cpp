// Headers of real files, and of files that were cut or changed anywhere.
#include "binary/elf.h"

#include "binary/initialisers.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::binary {
namespace {

std::string own_file() {
  auto source = FileSource::open("/proc/self/exe");
  return source ? source->bytes(0, static_cast<std::size_t>(source->size())) : std::string();
}

TEST(Elf, ReadsTheProgramThatRuns) {
  auto source = FileSource::open("/proc/self/exe");
  if (!source) GTEST_SKIP() << source.error().what;
  const auto images = read_images(*source);
  ASSERT_TRUE(images) << images.error().what;
  ASSERT_EQ(images->size(), 1U);
  const Image& image = images->front();
  EXPECT_TRUE(image.executable);
  EXPECT_THAT(image.interpreter, testing::HasSubstr("ld-"));
  EXPECT_THAT(image.needed, testing::Contains(testing::Field(&Needed::name, "libc.so.6")));
  EXPECT_TRUE(std::any_of(
      image.needed_versions.begin(), image.needed_versions.end(), [](const SymbolVersion& version) {
        return version.library == "libc.so.6" && version.version.starts_with("GLIBC_2.");
      }));
  EXPECT_GT(image.ends_at, 0U);
  EXPECT_LE(image.ends_at, source->size());
  EXPECT_LE(source->reads(), 10);
}

TEST(Elf, FindsNothingBeyondWhatEveryProcessorHasInOrdinaryInitialisers) {
  auto source = FileSource::open("/proc/self/exe");
  if (!source) GTEST_SKIP() << source.error().what;
  const auto features = features_of_initialisers(*source);
  ASSERT_TRUE(features) << features.error().what;
  EXPECT_THAT(*features, testing::IsEmpty());
}

TEST(Elf, ToleratesAFileThatWasCutAnywhere) {
  const std::string whole = own_file().substr(0, 64 * 1024);
  if (whole.empty()) GTEST_SKIP() << "no /proc/self/exe here";
  for (std::size_t size = 0; size < whole.size(); size += size < 2048 ? 1 : 509) {
    MemorySource source(std::string_view(whole).substr(0, size));
    if (const auto image = read_elf(source)) {
      EXPECT_GT(image->ends_at, size);
    }
    (void)features_of_initialisers(source);
  }
}

TEST(Elf, ToleratesAFileThatWasChangedAnywhere) {
  std::string text = own_file().substr(0, 64 * 1024);
  if (text.empty()) GTEST_SKIP() << "no /proc/self/exe here";
  for (std::size_t at = 0; at < 2048; ++at) {
    const char before = text[at];
    for (const char changed : {'\0', '\xff', static_cast<char>(before ^ 0x10)}) {
      text[at] = changed;
      MemorySource source(text);
      (void)read_images(source);
      (void)features_of_initialisers(source);
    }
    text[at] = before;
  }
}

TEST(Elf, RefusesOtherFiles) {
  for (const std::string_view text : {"", "MZ",
                                      "\x7f"
                                      "ELF",
                                      "#!/bin/sh\n"}) {
    MemorySource source(text);
    EXPECT_FALSE(read_images(source)) << text;
  }
}

TEST(FileSource, RefusesWhatIsNoFile) {
  EXPECT_FALSE(FileSource::open("/"));
  EXPECT_FALSE(FileSource::open("/nonexistent/x"));
}

}  // namespace
}  // namespace km::binary
