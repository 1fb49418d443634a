// The judges on inventories that are written down here; real environments are looked at by the
// end-to-end tests.
#include "scan/judges.h"

#include "os/tree_fixture.h"
#include "scan/system_libraries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::scan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> texts(const casefile::CaseFile& file, std::string_view name) {
  const auto found = file.find(name);
  if (found.size() != 1) return {"told " + std::to_string(found.size()) + " times"};
  if (const auto* list = std::get_if<std::vector<std::string>>(&found.front()->value)) return *list;
  if (const auto* text = std::get_if<std::string>(&found.front()->value)) return {*text};
  return {};
}

Native native(std::string shown, std::string architecture = "x86_64") {
  Native made;
  made.path = "/s/" + shown;
  made.shown = std::move(shown);
  made.size = 100;
  made.images.emplace_back();
  made.images.front().architecture = std::move(architecture);
  return made;
}

Distribution distribution(std::string name, std::string version,
                          std::vector<std::string> requires_ = {},
                          std::vector<RecordLine> files = {{"a/x.so", 100}}) {
  Distribution made;
  made.name = std::move(name);
  made.version = std::move(version);
  made.folder = "/s/" + made.name + "-" + made.version + ".dist-info";
  made.requires_ = std::move(requires_);
  made.files = std::move(files);
  made.installer = "pip";
  made.has_record = true;
  return made;
}

Inventory inventory() {
  Inventory made;
  made.environment.prefix = "/v";
  made.environment.version = "3.11.7";
  made.os = "linux";
  made.architecture = "x86_64";
  made.architecture_source = "/v/bin/python";
  made.trees.emplace_back();
  made.trees.front().root = "/s";
  return made;
}

Surroundings surroundings() {
  Surroundings made;
  made.platform = {"linux", "", "x86_64"};
  made.variable = [](const std::string&) { return std::nullopt; };
  return made;
}

TEST(JudgeFiles, TellsMissingChangedAndBrokenOnes) {
  Inventory all = inventory();
  all.trees.front().files = {"a/x.so", "a/big.so", "a/__init__.py"};
  all.natives = {native("a/x.so"), native("a/big.so")};
  all.natives[0].problem = "it is empty";
  all.distributions = {distribution("a", "1.0", {},
                                    {{"a/x.so", 100},
                                     {"a/big.so", 999},
                                     {"a/gone.so", 1},
                                     {"a/__init__.py", 1},
                                     {"a/gone.py", 1},
                                     {"a/tests/test_x.py", 1},
                                     {"a/data.bin", 1},
                                     {"../../bin/a", 1}})};
  casefile::CaseFile out;
  judge_files(all, out);
  EXPECT_THAT(texts(out, "scan.broken_files"), ElementsAre("a/x.so: it is empty"));
  EXPECT_THAT(texts(out, "scan.missing_natives"), ElementsAre("a/gone.so of a 1.0"));
  EXPECT_THAT(texts(out, "scan.missing_modules"), ElementsAre("a/gone.py of a 1.0"));
  EXPECT_THAT(texts(out, "scan.changed_natives"),
              ElementsAre("a/big.so of a 1.0 has 100 bytes instead of 999"));
  EXPECT_THAT(texts(out, "scan.broken_packages"), ElementsAre("a"));
}

TEST(JudgeFiles, KnowsThatDebianStripsLibraries) {
  Inventory all = inventory();
  all.trees.front().files = {"a/x.so"};
  all.natives = {native("a/x.so")};
  all.distributions = {distribution("a", "1.0", {}, {{"a/x.so", 999}})};
  all.distributions.front().installer = "debian";
  casefile::CaseFile out;
  judge_files(all, out);
  EXPECT_THAT(texts(out, "scan.changed_natives"), IsEmpty());
}

TEST(JudgeArchitecture, ComparesFilesInterpreterAndMachine) {
  Inventory all = inventory();
  all.natives = {native("a/x.so"), native("b/y.abi3.so", "arm64")};
  casefile::CaseFile out;
  Surroundings around = surroundings();
  around.platform.architecture = "arm64";
  judge_architecture(all, around, out);
  EXPECT_THAT(texts(out, "scan.foreign_architecture"),
              ElementsAre("b/y.abi3.so is made for arm64"));
  EXPECT_THAT(texts(out, "scan.translated"), ElementsAre("x86_64 Python on arm64"));
}

TEST(JudgeArchitecture, KnowsFilesOfAnotherSystem) {
  Inventory all = inventory();
  // debugpy serves every system, and brings what it injects on each.
  all.natives = {native("a/x.so"), native("b/y.so"), native("debug/attach.dylib")};
  all.natives[1].images.front().format = binary::Format::mach_o;
  all.natives[2].images.front().format = binary::Format::mach_o;
  casefile::CaseFile out;
  judge_architecture(all, surroundings(), out);
  EXPECT_THAT(texts(out, "scan.foreign_architecture"), ElementsAre("b/y.so is made for macOS"));
}

TEST(JudgeFiles, SeesAnEmptiedPackage) {
  const os::TreeFixture tree(
      {{"/s/a/__init__.py", ""}, {"/s/a/b/__init__.py", ""}, {"/s/c/__init__.py", ""}});
  Inventory all = inventory();
  all.trees.front() = walk(tree.path("/s"));
  all.distributions = {distribution("a", "1.0", {}, {{"a/__init__.py", 9}, {"a/b/__init__.py", 9}}),
                       distribution("c", "1.0", {}, {{"c/__init__.py", 0}})};
  for (Distribution& one : all.distributions)
    one.folder = tree.path("/s") / (one.name + "-1.0.dist-info");
  casefile::CaseFile out;
  judge_files(all, out);
  EXPECT_THAT(texts(out, "scan.missing_modules"),
              ElementsAre("a/__init__.py of a 1.0, which is empty"));
}

TEST(JudgeProcessor, NamesWhatIsLackingAndWhere) {
  Inventory all = inventory();
  all.natives = {native("a/x.so"), native("b/y.so"), native("c/z.so")};
  all.natives[0].features = {{"avx", "vmovups", 16}, {"sse3", "haddps", 32}};
  all.natives[1].images.front().needed_isa = {"x86-64-v3"};
  all.natives[2].images.front().needed_isa = {"x86-64-baseline"};
  casefile::CaseFile out;
  out.add("cpu.features",
          std::vector<std::string>{"sse3", "ssse3", "sse4_1", "sse4_2", "cx16", "popcnt"}, "here");
  judge_processor(all, out);
  EXPECT_THAT(texts(out, "scan.cpu_lacks"),
              ElementsAre("a/x.so needs avx (`vmovups` at 0x10 runs whenever it is loaded)",
                          HasSubstr("b/y.so needs avx, avx2, ")));
}

TEST(JudgeDuplicates, CountsMakersAndNotCopies) {
  Inventory all = inventory();
  all.natives = {native("a.libs/libgomp-1.so.1"), native("b.libs/libgomp-2.so.1")};
  casefile::CaseFile one;
  judge_duplicates(all, one);
  EXPECT_THAT(texts(one, "scan.openmp"), IsEmpty());
  all.natives.push_back(native("lib/libiomp5.so"));
  all.natives.push_back(native("a/libprotobuf.so.23.4.0"));
  all.natives.push_back(native("b/libprotobuf.so.32"));
  all.natives.push_back(native("c/libprotobuf-lite.so.99"));
  casefile::CaseFile two;
  judge_duplicates(all, two);
  EXPECT_THAT(texts(two, "scan.openmp"),
              ElementsAre("libgomp (a.libs/libgomp-1.so.1)", "libiomp5 (lib/libiomp5.so)"));
  EXPECT_THAT(texts(two, "scan.protobuf"), ElementsAre("protobuf 23 (a/libprotobuf.so.23.4.0)",
                                                       "protobuf 32 (b/libprotobuf.so.32)"));
}

TEST(JudgeRequirements, ObeysMarkers) {
  Inventory all = inventory();
  all.distributions = {distribution("a", "1.0",
                                    {"numpy<2", "protobuf<5; python_version < \"3.10\"",
                                     "h5py<3; sys_platform == 'linux' and python_version >= '3.9'",
                                     "keras<3; extra == 'all'", "requests<1"}),
                       distribution("h5py", "3.12"),
                       distribution("keras", "3.5"),
                       distribution("numpy", "2.1.0"),
                       distribution("protobuf", "7.0"),
                       distribution("requests", "2.0")};
  casefile::CaseFile out;
  judge_requirements(all, surroundings(), out);
  EXPECT_THAT(texts(out, "scan.requirements"),
              ElementsAre("a 1.0 wants numpy<2, 2.1.0 is installed (a-1.0.dist-info/METADATA)",
                          "a 1.0 wants h5py<3, 3.12 is installed (a-1.0.dist-info/METADATA)"));
}

TEST(JudgePythonAbi, WantsOneModuleForThisPython) {
  Inventory all = inventory();
  all.distributions = {
      distribution("a", "1.0", {}, {{"a/x.cpython-39-x86_64-linux-gnu.so", 1}}),
      distribution("b", "1.0", {},
                   {{"b/x.cpython-39-darwin.so", 1}, {"b/x.cpython-311-darwin.so", 1}}),
      distribution("c", "1.0", {}, {{"c/x.abi3.so", 1}, {"c/libx.so", 1}})};
  casefile::CaseFile out;
  judge_python_abi(all, out);
  EXPECT_THAT(texts(out, "scan.python_abi"),
              ElementsAre("a 1.0 has a/x.cpython-39-x86_64-linux-gnu.so"));
}

TEST(JudgeFolder, KnowsModulesByTheirNames) {
  const os::TreeFixture tree({{"/w/random.py", ""},
                              {"/w/enum.py", ""},
                              {"/w/numpy.py", ""},
                              {"/w/mine.py", ""},
                              {"/w/json/__init__.py", ""},
                              {"/w/html/x.txt", ""},
                              {"/w/types.txt", ""}});
  Inventory all = inventory();
  all.trees.front().files = {"numpy/__init__.py"};
  Surroundings around = surroundings();
  around.working_folder = tree.path("/w");
  casefile::CaseFile out;
  judge_folder(all, around, out);
  EXPECT_THAT(texts(out, "scan.shadowing_start"), ElementsAre(tree.path("/w/enum.py").string()));
  EXPECT_THAT(texts(out, "scan.shadowing"),
              ElementsAre(tree.path("/w/json").string(), tree.path("/w/numpy.py").string(),
                          tree.path("/w/random.py").string()));
}

TEST(JudgeKernel, LooksThroughOurOwnWrapper) {
  EXPECT_THAT(inner_command({"/x/kernelmedic", "kernel", "-f", "{connection_file}", "--", "python",
                             "-m", "ipykernel_launcher"}),
              ElementsAre("python", "-m", "ipykernel_launcher"));
  EXPECT_THAT(inner_command({"python", "--", "x"}), ElementsAre("python", "--", "x"));
}

TEST(JudgeKernel, TellsKernelspecsThatLeadNowhere) {
  const os::TreeFixture tree(
      {{"/j/kernels/dead/kernel.json", R"({"argv": ["/gone/python", "-m", "ipykernel_launcher"]})"},
       {"/j/kernels/torn/kernel.json", "{"},
       {"/j/kernels/bare/kernel.json", R"({"argv": ["python", "-m", "ipykernel_launcher"]})"}});
  Surroundings around = surroundings();
  around.kernel_paths = {tree.path("/j")};
  casefile::CaseFile out;
  judge_kernel(inventory(), around, out);
  EXPECT_THAT(texts(out, "scan.kernelspec_dead"),
              ElementsAre(HasSubstr("dead: /gone/python is not there"), HasSubstr("torn: ")));
  EXPECT_THAT(texts(out, "scan.kernelspec_notes"), ElementsAre(HasSubstr("bare: it starts")));
  EXPECT_THAT(texts(out, "scan.kernel_missing"), testing::Contains("ipykernel"));
}

TEST(JudgeApple, TellsUnsignedNewerAndMissingOnes) {
  Inventory all = inventory();
  all.os = "macos";
  all.architecture = "arm64";
  all.natives = {native("a/x.so", "arm64"), native("a/.dylibs/liby.1.dylib", "arm64")};
  binary::Image& module = all.natives[0].images.front();
  module.platform = "macos";
  module.minimum_os = "15.1";
  module.signature = true;
  module.needed = {{"@loader_path/.dylibs/liby.1.dylib"},
                   {"@rpath/libgone.dylib"},
                   {"@rpath/libperhaps.dylib", true},
                   {"@rpath/libpython3.11.dylib"},
                   {"/usr/lib/libSystem.B.dylib"}};
  Surroundings around = surroundings();
  around.foreign = true;
  around.platform = {"macos", "14.6", "arm64"};
  casefile::CaseFile out;
  judge_apple(all, around, out);
  EXPECT_THAT(texts(out, "scan.unsigned"), ElementsAre("a/.dylibs/liby.1.dylib"));
  EXPECT_THAT(texts(out, "scan.minimum_os"), ElementsAre("a/x.so wants macOS 15.1"));
  EXPECT_THAT(texts(out, "scan.missing_libraries"),
              ElementsAre("@rpath/libgone.dylib, which a/x.so needs"));
}

TEST(JudgeApple, TellsWhatMacosMarkedAsDownloadedWhereItCanBeSeen) {
  Inventory all = inventory();
  all.os = "macos";
  all.natives = {native("a/x.so", "arm64"), native("b/y.so", "arm64")};
  Surroundings around = surroundings();
  around.quarantined = [](const std::filesystem::path& path) { return path == "/s/b/y.so"; };
  casefile::CaseFile here;
  judge_apple(all, around, here);
  EXPECT_THAT(texts(here, "scan.quarantined"), ElementsAre("b/y.so"));
  around.foreign = true;
  casefile::CaseFile elsewhere;
  judge_apple(all, around, elsewhere);
  EXPECT_TRUE(elsewhere.find("scan.quarantined").empty());
}

TEST(JudgeVariables, NamesThemWithoutTheirValues) {
  Surroundings around = surroundings();
  around.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "LD_PRELOAD") return "/secret/x.so";
    return std::nullopt;
  };
  casefile::CaseFile out;
  judge_variables(inventory(), around, out);
  EXPECT_THAT(texts(out, "scan.variables"),
              ElementsAre("LD_PRELOAD: it loads a library into every process"));
}

TEST(ConfiguredFolders, FollowsIncludes) {
  const os::TreeFixture tree(
      {{"/etc/ld.so.conf", "include ld.so.conf.d/*.conf\n/opt/lib  # mine\n"},
       {"/etc/ld.so.conf.d/b.conf", "/b\n"},
       {"/etc/ld.so.conf.d/a.conf", "# none\n/a\ninclude loop.conf\n"},
       {"/etc/ld.so.conf.d/c.txt", "/c\n"}});
  EXPECT_THAT(configured_folders(tree.path("/etc/ld.so.conf")),
              ElementsAre("/a", "/b", "/opt/lib"));
}

}  // namespace
}  // namespace km::scan
