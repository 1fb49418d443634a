// What collect() calls, one function a source; private to this room.
#pragma once

#include "casefile/casefile.h"
#include "evidence/python_text.h"
#include "evidence/scene.h"

#include <string_view>

namespace km::evidence {

// The signals that a fault of native code ends in: a native stack would tell more.
bool is_crash(const Scene& scene);
// Ended by SIGKILL, as far as the scene knows; true as well where nobody saw the end.
bool may_be_killed(const Scene& scene);

void collect_exit(const Scene& scene, casefile::CaseFile& out);
void collect_limits(const Scene& scene, casefile::CaseFile& out);
void collect_memory(const Scene& scene, casefile::CaseFile& out);  // also Death.memory
void collect_cgroup(const Scene& scene, casefile::CaseFile& out);
void collect_kernel_log(const Scene& scene, casefile::CaseFile& out);
// `words`: made clean by clean_words().
void collect_words(std::string_view words, casefile::CaseFile& out);  // also CaseFile.last_words
void collect_python(const Scene& scene, std::string_view words,
                    casefile::CaseFile& out);  // also Death's stacks
void collect_cell(const Scene& scene, casefile::CaseFile& out);
void collect_packages(const Scene& scene, casefile::CaseFile& out);
void collect_host(const Scene& scene, std::string_view words, casefile::CaseFile& out);
void collect_space(const Scene& scene, casefile::CaseFile& out);

}  // namespace km::evidence
