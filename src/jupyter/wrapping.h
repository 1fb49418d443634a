// A kernelspec of ours around another one, and what is needed to undo it. Pure; cli/install.cpp
// does the files.
#pragma once

#include "jupyter/json_text.h"
#include "result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace km::jupyter {

// Our files in the folder of a kernelspec, beside kernel.json.
inline constexpr std::string_view kShimName = "kernelmedic";
inline constexpr std::string_view kOriginalName = "kernel.json.before-kernelmedic";

struct Wrapping {
  std::string name;                  // of the kernel that is wrapped
  std::filesystem::path from;        // its kernel.json
  std::filesystem::path shim;        // what the new argv starts
  std::string python;                // its interpreter, absolute; empty where it has none
  std::string display_name;          // of the new spec
  std::vector<std::string> options;  // of `kernel`
  bool curve = false;                // can our sockets be encrypted?
  std::string version;               // ours
};

// The text of a kernel.json → that of the supervised one: everything that we do not know stays. Its
// argv starts the shim, holds {connection_file} once (VS Code fills in the first only) and names
// the interpreter absolutely. Errors: no kernelspec, one that is ours already, one without
// {connection_file}.
Result<std::string> wrapped_spec(std::string_view original, const Wrapping& wrapping);

// metadata.kernelmedic of a kernel.json; null where it is not ours.
Json wrapping_of(std::string_view spec);

// Plain shell: starts `program` if it is there, else the kernel as it was without us. `digest`
// identifies the kernel.json that belongs to it.
std::string shim_text(const std::filesystem::path& program, std::string_view digest);
// The digest in a shim; empty where it is none of ours.
std::string digest_in(std::string_view shim);
std::filesystem::path program_in(std::string_view shim);  // what it starts; as above
std::string digest_of(std::string_view text);             // SHA-256, hex

// "Python 3 (ipykernel)" → "Python 3 (medic)".
std::string medic_name(std::string display_name);

}  // namespace km::jupyter
