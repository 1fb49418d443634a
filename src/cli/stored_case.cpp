#include "cli/stored_case.h"

#include "casefile/casefile.h"
#include "os/file.h"
#include "runner/run.h"
#include "supervisor/postmortem.h"

#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <utility>
#include <vector>

namespace km::cli {
namespace {

constexpr std::int64_t kCaseFileAtMost = 64LL << 20U;
constexpr const char* kListCases = "kernelmedic cases list";

tl::unexpected<NoCase> no_case(Error error, std::string next = kListCases) {
  return tl::make_unexpected(NoCase{std::move(error), std::move(next)});
}

// Completes the case from its flight recorder, and the notebook that its run was writing from the
// journal.
tl::expected<StoredCase, NoCase> completed(const std::filesystem::path& folder,
                                           const std::string& id) {
  auto orphan = supervisor::complete(folder);
  if (!orphan) {
    return no_case(
        std::move(orphan).error().within(fmt::format("cannot complete the case {}", id)));
  }
  StoredCase result{std::move(orphan->diagnosis),
                    fmt::format("kernelmedic was killed during case {}; completed it", id)};
  if (orphan->journal.empty()) return result;
  const auto restored = runner::restore_from_journal(orphan->journal, orphan->notebook);
  if (!restored) {
    result.completed += fmt::format(", but could not restore {}: {}", orphan->notebook.string(),
                                    restored.error().what);
  } else if (*restored) {
    result.completed += fmt::format(" and restored {}", orphan->notebook.string());
  }
  return result;
}

tl::expected<StoredCase, NoCase> read_back(const store::Cases::Entry& entry) {
  auto text = os::read_file(entry.folder / "case.json", kCaseFileAtMost);
  if (!text)
    return no_case(
        std::move(text).error().within(fmt::format("cannot read the case {}", entry.id)));
  auto casefile = casefile::from_json(*text);
  if (!casefile)
    return no_case(
        std::move(casefile).error().within(fmt::format("cannot read the case {}", entry.id)));
  // Judged again rather than taken from report.json: newer rules may know more than those at the
  // death did.
  std::vector<diagnosis::Finding> findings =
      diagnosis::diagnose(*casefile, diagnosis::built_in_rules());
  return StoredCase{{*std::move(casefile), std::move(findings)}, {}};
}

}  // namespace

tl::expected<StoredCase, NoCase> stored_case(const store::Cases& cases, const std::string& id) {
  std::optional<store::Cases::Entry> entry;
  if (id.empty()) {
    // The newest may be one that nobody finished: it is what the person asks about.
    const auto all = cases.list();
    if (!all.empty() && !all.front().closed && supervisor::is_orphaned(all.front().folder))
      entry = all.front();
  }
  if (!entry) {
    auto found = cases.find(id);
    if (!found) {
      return no_case(std::move(found).error(),
                     id.empty() ? "kernelmedic run NOTEBOOK.ipynb" : kListCases);
    }
    entry = *std::move(found);
  }
  if (entry->closed) return read_back(*entry);
  if (supervisor::is_orphaned(entry->folder)) return completed(entry->folder, entry->id);
  return no_case(
      {fmt::format("nothing has died in case {}: its kernelmedic still watches", entry->id), {}});
}

}  // namespace km::cli
