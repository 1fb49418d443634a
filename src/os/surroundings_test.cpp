#include "os/surroundings.h"

#include "os/tree_fixture.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace km::os {
namespace {

Cpu x86(std::string model = "AMD EPYC", std::string hypervisor = "KVMKVMKVM") {
  Cpu cpu;
  cpu.architecture = "x86_64";
  cpu.model = std::move(model);
  cpu.hypervisor = std::move(hypervisor);
  return cpu;
}

TEST(Translation, ShowsInTheRealProgram) {
  const auto with_program = [](const char* program, const Cpu& cpu) {
    const TreeFixture tree;
    tree.link("/proc/thread-self/exe", program);
    return translation_of(cpu, tree.root());
  };
  EXPECT_EQ(with_program("/usr/bin/qemu-x86_64", x86()), "qemu-user");
  EXPECT_EQ(with_program("/usr/libexec/qemu-binfmt/qemu-aarch64-static", {}), "qemu-user");
  EXPECT_EQ(with_program("/run/rosetta/rosetta", x86()), "rosetta");
  EXPECT_EQ(with_program("/usr/local/bin/box64", x86()), "box64");
  EXPECT_EQ(with_program("/usr/bin/FEXInterpreter", x86()), "fex");
  EXPECT_EQ(with_program("/usr/bin/kernelmedic", x86()), "");
  // A whole machine emulated by qemu: nothing is translated inside of it.
  EXPECT_EQ(with_program("/usr/bin/kernelmedic", x86("QEMU TCG CPU", "TCGTCGTCGTCG")), "");
}

TEST(Translation, ShowsInTheProcessor) {
  const TreeFixture bare;
  EXPECT_EQ(translation_of(x86("VirtualApple @ 2.50GHz processor"), bare.root()), "rosetta");
  EXPECT_EQ(translation_of(x86("QEMU TCG CPU", "TCGTCGTCGTCG"), bare.root()), "qemu-user");
  EXPECT_EQ(translation_of(x86(), bare.root()), "");
  const TreeFixture arm_host(
      {{"/proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x61\n"}});
  EXPECT_EQ(translation_of(x86(), arm_host.root()), "qemu-user");
  arm_host.add("/proc/sys/fs/binfmt_misc/rosetta", "enabled\n");
  EXPECT_EQ(translation_of(x86(), arm_host.root()), "rosetta");
  Cpu arm;
  arm.architecture = "aarch64";  // a native process beside a registered Rosetta
  EXPECT_EQ(translation_of(arm, arm_host.root()), "");
}

TEST(Hardware, IsThatOfTheHostBelowATranslator) {
  const TreeFixture arm({{"/proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x61\n"}});
  EXPECT_EQ(hardware_of(x86(), arm.root()), "arm64");
  const TreeFixture intel({{"/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\n"}});
  EXPECT_EQ(hardware_of(x86(), intel.root()), "x86_64");
  const TreeFixture silent;
  EXPECT_EQ(hardware_of(x86(), silent.root()), "x86_64");
  EXPECT_EQ(hardware_of(x86("VirtualApple"), silent.root()), "");
}

TEST(Container, ShowsInFilesCgroupsAndTheFirstProcess) {
  const char* const set = std::getenv("KUBERNETES_SERVICE_HOST");
  const std::string kept = set != nullptr ? set : "";
  ::unsetenv("KUBERNETES_SERVICE_HOST");
  const auto container = [](std::string_view path, std::string_view text) {
    return container_of(TreeFixture({{path, text}}).root());
  };
  EXPECT_EQ(container("/.dockerenv", ""), "docker");
  EXPECT_EQ(container("/run/.containerenv", ""), "podman");
  EXPECT_EQ(container("/proc/1/cgroup", "4:memory:/docker/0123abc\n"), "docker");
  EXPECT_EQ(container("/proc/1/cgroup", "0::/kubepods.slice/x\n"), "kubernetes");
  EXPECT_EQ(container("/proc/1/cgroup", "0::/machine.slice/libpod-9.scope\n"), "podman");
  EXPECT_EQ(container("/proc/1/environ", std::string_view("A=container=x\0container=lxc\0", 28)),
            "lxc");
  EXPECT_EQ(container("/proc/1/environ", "container=systemd-nspawn"), "container");
  EXPECT_EQ(container("/proc/1/environ", std::string_view("\0\0=\0container=", 14)), "");
  EXPECT_EQ(container("/proc/1/cgroup", "0::/init.scope\n"), "");
  ::setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1", 1);
  EXPECT_EQ(container("/.dockerenv", ""), "kubernetes");
  ::unsetenv("KUBERNETES_SERVICE_HOST");
  if (!kept.empty()) ::setenv("KUBERNETES_SERVICE_HOST", kept.c_str(), 1);
}

}  // namespace
}  // namespace km::os
