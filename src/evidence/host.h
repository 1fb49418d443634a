// What the doctor must know of the machine, also as one process under an emulator tells it to
// another.
#pragma once

#include "casefile/casefile.h"
#include "os/host.h"
#include "result.h"

#include <string>
#include <string_view>
#include <vector>

namespace km::evidence {

// One JSON object: what `kernelmedic host-facts` prints. Reading tolerates unknown fields, refuses
// wrong types.
std::string host_facts_json(const os::HostIdentity& host);
Result<os::HostIdentity> parse_host_facts(std::string_view text);

// Adds host.* and cpu.* as a process behind `wrap` sees them; without one, as a process of that
// architecture does (empty: as we do).
void add_host(const std::vector<std::string>& wrap, std::string_view architecture,
              casefile::CaseFile& out);

// Of avx, avx2, fma, avx512f those that are not among `features`.
std::vector<std::string> lacking(const std::vector<std::string>& features);

}  // namespace km::evidence
