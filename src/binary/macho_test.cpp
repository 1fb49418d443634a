// Load commands, symbols and initialisers of images that are made here, whole and broken.
#include "binary/macho.h"

#include "binary/initialisers.h"
#include "binary/macho_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::binary {
namespace {

using samples::MachBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

std::string library() {
  return MachBuilder()
      .name("@rpath/libx.dylib")
      .needs("/usr/lib/libSystem.B.dylib")
      .needs("@rpath/liby.dylib", 0x80000018)
      .needs("@rpath/libz.dylib", 0x8000001f)
      .rpath("@loader_path/../lib")
      .minimum(0x000c0100)
      .signature()
      .exports({{"_own", 0}, {"_passed_on", 8}})
      .symbols({{"_flat", 0xfe}, {"_of_y", 2, true}, {"_here", 0, false, true}})
      .build();
}

TEST(MachO, TellsWhatLoadCommandsSay) {
  const std::string text = library();
  MemorySource source(text);
  const auto images = read_images(source);
  ASSERT_TRUE(images) << images.error().what;
  ASSERT_EQ(images->size(), 1U);
  const Image& image = images->front();
  EXPECT_EQ(image.format, Format::mach_o);
  EXPECT_EQ(image.architecture, "arm64");
  EXPECT_FALSE(image.executable);
  EXPECT_EQ(image.name, "@rpath/libx.dylib");
  ASSERT_EQ(image.needed.size(), 3U);
  EXPECT_EQ(image.needed[0].name, "/usr/lib/libSystem.B.dylib");
  EXPECT_TRUE(image.needed[1].optional);
  EXPECT_TRUE(image.needed[2].reexported);
  EXPECT_THAT(image.search_paths, ElementsAre("@loader_path/../lib"));
  EXPECT_EQ(image.platform, "macos");
  EXPECT_EQ(image.minimum_os, "12.1");
  EXPECT_TRUE(image.signature);
  EXPECT_EQ(image.ends_at, text.size());
}

TEST(MachO, ReadsEverySliceOfAFatFile) {
  const std::string text = samples::fat(
      {{samples::kX86_64, MachBuilder(samples::kX86_64).build()}, {samples::kArm64, library()}});
  MemorySource source(text);
  const auto images = read_images(source);
  ASSERT_TRUE(images) << images.error().what;
  ASSERT_EQ(images->size(), 2U);
  EXPECT_EQ((*images)[0].architecture, "x86_64");
  EXPECT_FALSE((*images)[0].signature);
  EXPECT_EQ((*images)[1].architecture, "arm64");
  EXPECT_GT((*images)[1].offset, 0U);
  EXPECT_LE((*images)[1].ends_at, text.size());
  const auto imports = mach_o_imports(source, (*images)[1]);
  ASSERT_TRUE(imports);
  EXPECT_EQ(imports->size(), 2U);
}

TEST(MachO, IsNoJavaClass) {
  const std::string java("\xca\xfe\xba\xbe\x00\x00\x00\x34", 8);
  EXPECT_FALSE(is_mach_o(java));
}

TEST(MachO, TellsImportsWithTheirLibraries) {
  const std::string text = library();
  MemorySource source(text);
  const auto images = read_mach_o(source);
  ASSERT_TRUE(images);
  const auto imports = mach_o_imports(source, images->front());
  ASSERT_TRUE(imports) << imports.error().what;
  ASSERT_EQ(imports->size(), 2U);
  EXPECT_EQ((*imports)[0].symbol, "_flat");
  EXPECT_EQ((*imports)[0].library, "");
  EXPECT_FALSE((*imports)[0].weak);
  EXPECT_EQ((*imports)[1].symbol, "_of_y");
  EXPECT_EQ((*imports)[1].library, "@rpath/liby.dylib");
  EXPECT_TRUE((*imports)[1].weak);
}

TEST(MachO, FindsExportsAndReexports) {
  const std::string text = library();
  MemorySource source(text);
  const auto images = read_mach_o(source);
  ASSERT_TRUE(images);
  const std::vector<std::string> wanted{"_own", "_passed_on", "_ow", "_own2", "", "_other"};
  const auto found = mach_o_exports(source, images->front(), wanted);
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(true, true, false, false, false, false));
}

TEST(MachO, EndsInATrieThatLeadsInACircle) {
  for (const std::string_view edge : {"", "_"}) {
    // The root's only edge leads to the root.
    std::string circle("\0\1", 2);
    circle += edge;
    circle += std::string("\0\0", 2);
    std::string text = MachBuilder().exports({{"_placeholder_that_is_long_enough", 0}}).build();
    const std::size_t at =
        text.size() - samples::trie({{"_placeholder_that_is_long_enough", 0}}).size();
    text.replace(at, circle.size(), circle);
    MemorySource source(text);
    const auto images = read_mach_o(source);
    ASSERT_TRUE(images);
    const auto found =
        mach_o_exports(source, images->front(), std::vector<std::string>{std::string(5000, '_')});
    ASSERT_TRUE(found);
    EXPECT_THAT(*found, ElementsAre(false));
  }
}

TEST(MachO, FindsInstructionsOfInitialisers) {
  const std::string vxorps("\xc5\xf8\x57\xc0\xc3", 5);  // vxorps xmm0, xmm0, xmm0; ret
  const std::string text = MachBuilder(samples::kX86_64).initialiser(vxorps).build();
  MemorySource source(text);
  const auto features = features_of_initialisers(source);
  ASSERT_TRUE(features) << features.error().what;
  ASSERT_EQ(features->size(), 1U);
  EXPECT_EQ(features->front().feature, "avx");
  EXPECT_EQ(features->front().instruction, "vxorps");
  const std::string native = MachBuilder().initialiser(vxorps).build();
  MemorySource arm(native);
  EXPECT_THAT(*features_of_initialisers(arm), IsEmpty());
}

void read_everything(std::string_view text) {
  MemorySource source(text);
  const auto images = read_images(source);
  if (!images) return;
  for (const Image& image : *images) {
    if (image.format != Format::mach_o) continue;
    (void)mach_o_imports(source, image);
    (void)mach_o_exports(source, image, std::vector<std::string>{"_own", "_passed_on"});
  }
  (void)features_of_initialisers(source);
}

TEST(MachO, ToleratesAFileThatWasCutAnywhere) {
  const std::string whole =
      samples::fat({{samples::kX86_64, MachBuilder(samples::kX86_64).initialiser("\xc3").build()},
                    {samples::kArm64, library()}});
  for (std::size_t size = 0; size < whole.size(); ++size)
    read_everything(std::string_view(whole).substr(0, size));
}

TEST(MachO, ToleratesAFileThatWasChangedAnywhere) {
  std::string text = library();
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char before = text[at];
    for (const char changed : {'\0', '\xff', static_cast<char>(before ^ 0x10)}) {
      text[at] = changed;
      read_everything(text);
    }
    text[at] = before;
  }
}

}  // namespace
}  // namespace km::binary
