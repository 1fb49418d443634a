// A question to the interpreter in Python's own words.
#pragma once

#include "probe/probe.h"
#include "probe/setting.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace km::probe {

// The text finds `sys` imported and these:
//   arguments          the list of texts below
//   tell(says="...")   the answer; what is told last counts, so that a death leaves how far it came
//   tell(failed="...") the answer is no, with `last_words=True` in the words of fd 2; an exception
//   that nobody catches is told so by itself skip("...")        the question has no point here
struct Script {
  std::string text;
  std::vector<std::string> arguments = {};
  std::optional<std::int64_t> memory_limit_bytes = {};  // a fence around it
  bool loads_libraries = false;  // where it dies, find out in which library's initialiser
};

// Runs it as a kernel would be run: the interpreter's own sys.path, the working folder first on it,
// the environment of a kernel, faulthandler on.
Answer ask_python(const Patient& patient, const Setting& setting, const Script& script);

// "tensorflow" of "tensorflow 2.21.0", in any of these spellings; case, "-" and "_" do not matter.
bool has_package(const Patient& patient, std::initializer_list<std::string_view> names);

bool has_numpy(const Patient& patient);
bool has_sklearn(const Patient& patient);
bool has_tensorflow(const Patient& patient);  // under any of the names it is published as
bool has_torch(const Patient& patient);
bool has_jax(const Patient& patient);

}  // namespace km::probe
