#include "binary/plugin_match.h"

#include "binary/macho_builder.h"

#include <deque>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::binary {
namespace {

using samples::MachBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

class Hosts {
 public:
  void add(std::string text) {
    texts_.push_back(std::move(text));
    sources_.emplace_back(texts_.back());
    auto images = read_mach_o(sources_.back());
    ASSERT_TRUE(images);
    images_.push_back(std::move(images->front()));
    hosts_.push_back({&sources_.back(), &images_.back()});
  }
  MissingSymbols missing_of(const std::string& plugin) {
    MemorySource source(plugin);
    const auto images = read_mach_o(source);
    EXPECT_TRUE(images);
    auto missing = missing_symbols(source, images->front(), hosts_);
    EXPECT_TRUE(missing);
    return missing ? *missing : MissingSymbols{};
  }

 private:
  std::deque<std::string> texts_;
  std::deque<MemorySource> sources_;
  std::deque<Image> images_;
  std::vector<HostImage> hosts_;
};

std::string plugin() {
  return MachBuilder()
      .needs("/usr/lib/libc++.1.dylib")
      .needs("@rpath/framework.dylib")
      .symbols({{"_TF_New", 2},
                {"_perhaps", 2, true},
                {"_flat", 0xfe},
                {"__Znwm", 0xfe},
                {"__ZNSt3__16stringD1Ev", 1}})
      .build();
}

TEST(MissingSymbols, AreNoneWhereAllIsThere) {
  Hosts hosts;
  hosts.add(MachBuilder().name("@rpath/framework.dylib").exports({{"_TF_New", 0}}).build());
  hosts.add(MachBuilder().name("@rpath/other.dylib").exports({{"_flat", 8}}).build());
  const auto missing = hosts.missing_of(plugin());
  EXPECT_THAT(missing.libraries, IsEmpty());
  EXPECT_THAT(missing.symbols, IsEmpty());
}

TEST(MissingSymbols, AreLookedUpInTheLibraryThatIsNamed) {
  Hosts hosts;
  hosts.add(MachBuilder().name("@rpath/framework.dylib").exports({{"_flat", 0}}).build());
  hosts.add(MachBuilder().name("@rpath/other.dylib").exports({{"_TF_New", 0}}).build());
  EXPECT_THAT(hosts.missing_of(plugin()).symbols, ElementsAre("_TF_New"));
}

TEST(MissingSymbols, AreNotMissingWhereALibraryPassesThemOn) {
  Hosts hosts;
  hosts.add(MachBuilder()
                .name("@rpath/framework.dylib")
                .needs("@rpath/other.dylib", 0x8000001f)
                .exports({{"_flat", 0}})
                .build());
  hosts.add(MachBuilder().name("@rpath/other.dylib").exports({{"_TF_New", 0}}).build());
  EXPECT_THAT(hosts.missing_of(plugin()).symbols, IsEmpty());
}

TEST(MissingSymbols, TellALibraryThatIsCalledOtherwise) {
  Hosts hosts;
  hosts.add(MachBuilder().name("bazel-out/framework.dylib").exports({{"_TF_New", 0}}).build());
  const auto missing = hosts.missing_of(plugin());
  EXPECT_THAT(missing.libraries, ElementsAre("@rpath/framework.dylib"));
  EXPECT_THAT(missing.symbols, ElementsAre("_flat"));
}

}  // namespace
}  // namespace km::binary
