// Where the flight recorder's file lies: in the case folder, but for a folder on the network. A
// mapped file there is written back over the network, and stops whoever touches it when the network
// does; then the runtime folder takes the file, and the case folder a link to it.
#pragma once

#include <filesystem>

namespace km::supervisor {

inline constexpr const char* kRingName = "flight.ring";

// The file to create. `on_network`: os::is_on_network(case_folder).
std::filesystem::path ring_place(const std::filesystem::path& case_folder, bool on_network);

// When nobody will read it any more: removes what lies outside the case folder, and the link.
void remove_outside_ring(const std::filesystem::path& case_folder);

}  // namespace km::supervisor
