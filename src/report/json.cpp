// The report for programs: `kernelmedic.report/1`, described in docs/report-schema.md and
// docs/report.schema.json.
#include "report/report.h"
#include "report/share.h"
#include "report/text.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace km::report {
namespace {

using Json = nlohmann::ordered_json;  // readers meet the verdict first

constexpr std::size_t kSeriesPoints = 200;
constexpr std::size_t kWordLines = 200;
constexpr std::size_t kWordBytes = std::size_t{16} * 1024;

Json seconds(double value) {
  constexpr double kMillisecond = 1000;
  if (!std::isfinite(value)) return nullptr;
  return std::round(value * kMillisecond) / kMillisecond;
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

struct ValueToJson {
  Json operator()(casefile::NotThere) const { return nullptr; }
  Json operator()(double value) const { return std::isfinite(value) ? Json(value) : Json(nullptr); }
  template <class T>
  Json operator()(const T& value) const {
    return value;
  }
};

Json finding_json(const diagnosis::Finding& finding) {
  return {{"cause", finding.cause},    {"confidence", diagnosis::to_string(finding.confidence)},
          {"title", finding.title},    {"what", finding.what},
          {"why", finding.why},        {"do", finding.actions},
          {"see", finding.see},        {"rule", finding.rule},
          {"because", finding.because}};
}

Json memory_json(const casefile::Memory& memory) {
  Json series = Json::array();
  for (const casefile::MemoryPoint& point : thinned(memory.series, kSeriesPoints)) {
    series.push_back({{"seconds", seconds(point.seconds)}, {"used_bytes", point.used_bytes}});
  }
  Json cells = Json::array();
  for (const casefile::CellMark& mark : memory.cells) {
    cells.push_back({{"seconds", seconds(mark.seconds)}, {"label", mark.label}});
  }
  return {{"limit_bytes", memory.limit_bytes},
          {"peak_bytes", memory.peak_bytes},
          {"series", std::move(series)},
          {"cells", std::move(cells)}};
}

Json cell_json(const casefile::Cell& cell, bool share) {
  return {{"id", text_or_null(cell.id)},
          {"index", or_null(cell.index)},
          {"execution_count", or_null(cell.execution_count)},
          {"line", or_null(cell.line)},
          {"source", share ? Json(nullptr) : Json(cell.source)}};
}

Json death_json(const casefile::Death& death, bool share) {
  return {{"pid", or_null(death.pid)},
          {"time", text_or_null(death.time)},
          {"signal", text_or_null(death.signal)},
          {"exit_code", or_null(death.exit_code)},
          {"cell", death.cell ? cell_json(*death.cell, share) : Json(nullptr)},
          {"python_stack", death.python_stack},
          {"native_stack", death.native_stack},
          {"memory", memory_json(death.memory)}};
}

Json head() { return {{"schema", "kernelmedic.report/1"}, {"tool", {{"version", KM_VERSION}}}}; }

Json empty_report() {
  Json root = head();
  root["case"] = nullptr;
  root["subject"] = nullptr;
  root["shared"] = false;
  root["verdict"] = nullptr;
  for (const char* list : {"findings", "facts", "gaps"}) root[list] = Json::array();
  root["death"] = nullptr;
  root["last_words"] = Json::array();
  return root;
}

Json full_report(const diagnosis::Diagnosis& diagnosis, bool share) {
  const casefile::CaseFile& casefile = diagnosis.casefile;
  Json root = empty_report();
  root["case"] = text_or_null(casefile.id);
  root["subject"] = text_or_null(casefile.subject);
  root["shared"] = share;
  if (!diagnosis.findings.empty()) root["verdict"] = finding_json(diagnosis.verdict());
  for (const diagnosis::Finding& finding : diagnosis.findings)
    root["findings"].push_back(finding_json(finding));
  for (const casefile::Fact& fact : casefile.facts) {
    root["facts"].push_back({{"name", fact.name},
                             {"value", std::visit(ValueToJson{}, fact.value)},
                             {"source", fact.source}});
  }
  for (const casefile::Gap& gap : casefile.gaps) {
    root["gaps"].push_back(
        {{"what", gap.what}, {"why", gap.why}, {"remedy", text_or_null(gap.remedy)}});
  }
  if (casefile.death) root["death"] = death_json(*casefile.death, share);
  root["last_words"] = tail_of(casefile.last_words, kWordLines, kWordBytes).lines;
  return root;
}

// Compact but for a line break at the end. Bytes that are no UTF-8 become U+FFFD: the document is
// always valid.
std::string written(const Json& root) {
  return root.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string to_json(const diagnosis::Diagnosis& diagnosis, const Options& options) {
  if (!options.share) return written(full_report(diagnosis, false));
  return written(full_report(shared(diagnosis, options.names), true));
}

std::string run_to_json(const RunSummary& run, const diagnosis::Diagnosis* first_death) {
  Json root = first_death == nullptr ? empty_report() : full_report(*first_death, false);
  Json cells = Json::array();
  for (const RunCell& cell : run.cells) {
    cells.push_back({{"index", cell.index},
                     {"status", cell.status},
                     {"seconds", seconds(cell.seconds)},
                     {"error", text_or_null(cell.error)}});
  }
  Json deaths = Json::array();
  for (const RunDeath& death : run.deaths) {
    deaths.push_back({{"case", text_or_null(death.case_id)},
                      {"cell", death.cell > 0 ? Json(death.cell) : Json(nullptr)},
                      {"cause", death.cause},
                      {"title", death.title}});
  }
  root["run"] = {{"notebook", run.notebook},  {"out", run.out},
                 {"status", run.status},      {"exit_code", run.exit_code},
                 {"cells", std::move(cells)}, {"deaths", std::move(deaths)}};
  return written(root);
}

std::string checkup_to_json(const Checkup& checkup) {
  Json root = full_report(checkup.diagnosis, false);
  for (std::size_t i = 0; i < checkup.deadly.size(); ++i) {
    const bool deadly = checkup.deadly[i];
    root["findings"][i]["deadly"] = deadly;
    if (i == 0) root["verdict"]["deadly"] = deadly;
  }
  Json probes = Json::array();
  for (const ProbeAnswer& answer : checkup.probes) {
    probes.push_back({{"probe", answer.probe},
                      {"question", answer.question},
                      {"outcome", answer.outcome},
                      {"says", answer.says},
                      {"seconds", seconds(answer.seconds)}});
  }
  root["probes"] = std::move(probes);
  return written(root);
}

std::string nothing_died_json() { return written(empty_report()); }

}  // namespace km::report
