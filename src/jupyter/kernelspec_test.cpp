// Kernelspecs in a fake tree: the right one is found, a broken one is named.
#include "jupyter/kernelspec.h"

#include "os/tree_fixture.h"

#include <algorithm>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace km::jupyter {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kPythonSpec =
    R"({"argv":["python","-m","ipykernel_launcher","-f","{connection_file}"],
        "display_name":"Python 3","language":"python","metadata":{"debugger":true}})";

Variables variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

std::vector<std::string> texts(const std::vector<std::filesystem::path>& paths) {
  return {paths.begin(), paths.end()};
}

TEST(DataPaths, EnvironmentBeforeUserBeforeSystem) {
  EXPECT_THAT(
      texts(data_paths(
          variables({{"HOME", "/home/u"}, {"VIRTUAL_ENV", "/env"}, {"JUPYTER_PATH", "/j1/:/j2"}}),
          false)),
      ElementsAre("/j1", "/j2", "/env/share/jupyter", "/home/u/.local/share/jupyter",
                  "/usr/local/share/jupyter", "/usr/share/jupyter", "/home/u/.ipython"));
}

TEST(DataPaths, UserFirstWhereAsked) {
  for (const char* no : {"0", "no", "FALSE", "off"}) {
    EXPECT_THAT(texts(data_paths(variables({{"HOME", "/home/u"},
                                            {"CONDA_PREFIX", "/conda"},
                                            {"JUPYTER_PREFER_ENV_PATH", no}}),
                                 false)),
                ElementsAre("/home/u/.local/share/jupyter", "/conda/share/jupyter",
                            "/usr/local/share/jupyter", "/usr/share/jupyter", "/home/u/.ipython"));
  }
}

TEST(DataPaths, FoldersOfTheUser) {
  EXPECT_THAT(texts(data_paths(variables({{"HOME", "/u"}}), true)),
              ElementsAre("/u/Library/Jupyter", "/u/.local/share/jupyter",
                          "/usr/local/share/jupyter", "/usr/share/jupyter", "/u/.ipython"));
  EXPECT_THAT(texts(data_paths(variables({{"HOME", "/u"},
                                          {"JUPYTER_DATA_DIR", "/data"},
                                          {"PYTHONUSERBASE", "/base"},
                                          {"IPYTHONDIR", "/ipython"}}),
                               false)),
              ElementsAre("/data", "/base/share/jupyter", "/usr/local/share/jupyter",
                          "/usr/share/jupyter", "/ipython"));
  EXPECT_THAT(texts(data_paths(variables({{"HOME", "/u"}, {"XDG_DATA_HOME", "/xdg"}}), false)),
              Contains("/xdg/jupyter"));
}

TEST(DataPaths, ThePythonOnPathBringsItsOwn) {
  const os::TreeFixture tree(
      {{"/venv/pyvenv.cfg", ""}, {"/real/bin/python3", ""}, {"/plain/bin/", ""}});
  std::filesystem::permissions(tree.path("/real/bin/python3"), std::filesystem::perms::owner_all);
  tree.link("/venv/bin/python3", tree.path("/real/bin/python3"));
  tree.link("/plain/bin/python3", tree.path("/real/bin/python3"));
  const auto with_path = [&](std::string_view bin) {
    return texts(data_paths(variables({{"HOME", "/u"}, {"PATH", tree.path(bin).string()}}), false));
  };
  EXPECT_EQ(with_path("/venv/bin").front(), tree.path("/venv/share/jupyter"));
  // No virtual environment: the link's target is where that Python lives.
  EXPECT_EQ(with_path("/plain/bin").front(),
            std::filesystem::canonical(tree.path("/real")) / "share/jupyter");
}

TEST(Kernelspec, TheFirstOnTheWayWins) {
  const os::TreeFixture tree({{"/a/kernels/python3/kernel.json", kPythonSpec},
                              {"/b/kernels/Python3/kernel.json", R"({"argv":["other"]})"},
                              {"/b/kernels/IR/kernel.json", R"({"argv":["R"],"language":"R"})"},
                              {"/b/kernels/not-a-spec/readme", ""},
                              {"/b/kernels/file", ""}});
  const std::vector<std::filesystem::path> paths{tree.path("/absent"), tree.path("/a"),
                                                 tree.path("/b")};
  const auto python = find_kernelspec("PYTHON3", paths);
  ASSERT_TRUE(python) << python.error().what;
  EXPECT_EQ(python->name, "python3");
  EXPECT_EQ(python->folder, tree.path("/a/kernels/python3"));
  EXPECT_EQ(python->language, "python");
  EXPECT_EQ(python->interrupt_mode, "signal");
  EXPECT_TRUE(python->is_ipykernel());
  EXPECT_EQ(find_kernelspec("ir", paths)->folder, tree.path("/b/kernels/IR"));

  const auto all = list_kernelspecs(paths);
  EXPECT_EQ(all.size(), 2U);
  EXPECT_EQ(all.at("python3"), tree.path("/a/kernels/python3"));
}

TEST(Kernelspec, WhatIsNotThereIsAnsweredWithWhatIs) {
  const os::TreeFixture tree({{"/a/kernels/python3/kernel.json", kPythonSpec}});
  const auto unknown = find_kernelspec("julia", {tree.path("/a")});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().what, HasSubstr("\"julia\""));
  EXPECT_THAT(unknown.error().what, HasSubstr("there is python3: choose by --kernel"));
  const auto none = find_kernelspec("julia", {tree.path("/empty")});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().what, HasSubstr("pip install ipykernel"));
  EXPECT_THAT(none.error().what, HasSubstr(tree.path("/empty/kernels").string()));
}

TEST(Kernelspec, ABrokenOneNamesFileAndField) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "line 1"},
      {"[]", "JSON object"},
      {"{}", "\"argv\""},
      {R"({"argv":[]})", "\"argv\""},
      {R"({"argv":"python"})", "\"argv\""},
      {R"({"argv":["a",1]})", "\"argv\""},
      {R"({"argv":[""]})", "\"argv\""},
      {R"({"argv":["a"],"display_name":1})", "\"display_name\""},
      {R"({"argv":["a"],"language":[]})", "\"language\""},
      {R"({"argv":["a"],"env":[]})", "\"env\""},
      {R"({"argv":["a"],"env":{"X":1}})", "\"X\""},
      {R"({"argv":["a"],"interrupt_mode":"smoke"})", "\"interrupt_mode\""},
  };
  for (const auto& [text, part] : cases) {
    const auto spec = parse_kernelspec(text, "/specs/bad");
    ASSERT_FALSE(spec) << text;
    EXPECT_THAT(spec.error().what, StartsWith("the kernelspec /specs/bad/kernel.json: "));
    EXPECT_THAT(spec.error().what, HasSubstr(std::string(part)));
  }
}

TEST(Kernelspec, OptionalFields) {
  const auto spec = parse_kernelspec(
      R"({"argv":["a"],"env":{"A":"1"},"interrupt_mode":"Message","unknown":{"x":[]}})", "/s/k");
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->interrupt_mode, "message");
  EXPECT_EQ(spec->env.at("A"), "1");
  EXPECT_FALSE(spec->is_ipykernel());
  EXPECT_EQ(spec->python(), "");
}

TEST(Kernelspec, InterpreterOfIpykernel) {
  KernelSpec spec;
  const std::vector<std::vector<std::string>> commands = {
      {"/opt/py/bin/python", "-m", "ipykernel_launcher", "-f", "x"},
      {"/opt/py/bin/python", "-Xfrozen_modules=off", "-I", "-m", "ipykernel_launcher"},
      {"/opt/py/bin/python", "-X", "dev", "-W", "ignore", "-m", "ipykernel"},
      {"env", "A=1", "/opt/py/bin/python", "-mipykernel_launcher"},
      {"qemu-x86_64", "-cpu", "Nehalem", "/opt/py/bin/python", "-m", "ipykernel_launcher"},
  };
  for (const auto& argv : commands) {
    spec.argv = argv;
    EXPECT_TRUE(spec.is_ipykernel());
    EXPECT_EQ(spec.python(), "/opt/py/bin/python");
  }
  for (const auto& argv : std::vector<std::vector<std::string>>{{"python", "-m", "bash_kernel"},
                                                                {"-m", "ipykernel"},
                                                                {"ipykernel"},
                                                                {"python", "-m"},
                                                                {}}) {
    spec.argv = argv;
    EXPECT_FALSE(spec.is_ipykernel() && !spec.python().empty());
  }
  spec.argv = {"no-such-python-anywhere", "-m", "ipykernel_launcher"};
  EXPECT_EQ(spec.python(), "");
}

TEST(Kernelspec, Command) {
  KernelSpec spec = for_python("python3.11");
  spec.folder = "/specs/k";
  spec.argv.emplace_back("--logo={resource_dir}/logo.png");
  spec.argv.emplace_back("{unknown}");
  EXPECT_THAT(command_of(spec, "/run/kernel-1.json", ""),
              ElementsAre("python3.11", "-m", "ipykernel_launcher", "-f", "/run/kernel-1.json",
                          "--logo=/specs/k/logo.png", "{unknown}"));
  for (const char* name : {"python", "python3", "python3.11"}) {
    spec.argv[0] = name;
    EXPECT_EQ(command_of(spec, "/f", "/venv/bin/python")[0], "/venv/bin/python");
  }
  for (const char* name :
       {"/usr/bin/python3", "pythonw", "python3.", "python3.x", "python2", "R"}) {
    spec.argv[0] = name;
    EXPECT_EQ(command_of(spec, "/f", "/venv/bin/python")[0], name);
  }
}

TEST(KernelSpecLauncher, IsWhatStandsBeforeTheInterpreter) {
  KernelSpec spec;
  spec.argv = {"qemu-x86_64", "-cpu", "Nehalem", "/usr/bin/python3",
               "-X",          "dev",  "-m",      "ipykernel"};
  EXPECT_EQ(spec.launcher(), (std::vector<std::string>{"qemu-x86_64", "-cpu", "Nehalem"}));
  spec.argv = {"/usr/bin/python3", "-m", "ipykernel_launcher", "-f", "x"};
  EXPECT_TRUE(spec.launcher().empty());
  spec.argv = {"R", "--slave"};
  EXPECT_TRUE(spec.launcher().empty());
  spec.argv = {"x", "", "-m", "ipykernel"};
  EXPECT_EQ(spec.launcher(), std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace km::jupyter
