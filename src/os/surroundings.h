// Whether this process runs where it seems to run: translated for another processor, inside a
// container.
#pragma once

#include "os/cpu.h"
#include "os/root.h"

#include <string>

namespace km::os {

// "", "qemu-user", "rosetta", "box64" or "fex".
std::string translation_of(const Cpu& cpu, const Root& root);

// "x86_64" or "arm64", of the real processor below a translator too; empty where that is not known.
std::string hardware_of(const Cpu& cpu, const Root& root);

// "", "docker", "podman", "kubernetes", "lxc" or "container" for any other.
std::string container_of(const Root& root);

}  // namespace km::os
