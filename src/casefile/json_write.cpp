// The case file as JSON, `kernelmedic.case/1`.
#include "casefile/casefile.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace km::casefile {
namespace {

using Json = nlohmann::ordered_json;

Json of(const Value& value) {
  struct Writer {
    Json operator()(NotThere) const { return nullptr; }
    // JSON has no infinity: such a number was not measured.
    Json operator()(double number) const {
      return std::isfinite(number) ? Json(number) : Json(nullptr);
    }
    Json operator()(bool flag) const { return flag; }
    Json operator()(std::int64_t number) const { return number; }
    Json operator()(const std::string& text) const { return text; }
    Json operator()(const std::vector<std::string>& texts) const { return texts; }
  };
  return std::visit(Writer{}, value);
}

template <class T>
Json of(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json of(const Cell& cell) {
  return {{"id", cell.id},
          {"index", of(cell.index)},
          {"execution_count", of(cell.execution_count)},
          {"line", of(cell.line)},
          {"source", cell.source}};
}

Json of(const Memory& memory) {
  auto series = Json::array();
  for (const auto& point : memory.series) {
    series.push_back(Json::array({point.seconds, point.used_bytes}));
  }
  auto cells = Json::array();
  for (const auto& mark : memory.cells) {
    cells.push_back({{"seconds", mark.seconds}, {"label", mark.label}});
  }
  return {{"limit_bytes", memory.limit_bytes},
          {"peak_bytes", memory.peak_bytes},
          {"series", std::move(series)},
          {"cells", std::move(cells)}};
}

Json of(const Death& death) {
  return {{"pid", of(death.pid)},
          {"time", death.time},
          {"signal", death.signal.empty() ? Json(nullptr) : Json(death.signal)},
          {"exit_code", of(death.exit_code)},
          {"cell", death.cell ? of(*death.cell) : Json(nullptr)},
          {"python_stack", death.python_stack},
          {"native_stack", death.native_stack},
          {"memory", of(death.memory)}};
}

}  // namespace

std::string to_json(const CaseFile& casefile) {
  auto facts = Json::array();
  for (const auto& fact : casefile.facts) {
    facts.push_back({{"name", fact.name}, {"value", of(fact.value)}, {"source", fact.source}});
  }
  auto gaps = Json::array();
  for (const auto& gap : casefile.gaps) {
    gaps.push_back({{"what", gap.what}, {"why", gap.why}, {"remedy", gap.remedy}});
  }
  const Json whole = {{"schema", "kernelmedic.case/1"},
                      {"id", casefile.id},
                      {"subject", casefile.subject},
                      {"facts", std::move(facts)},
                      {"gaps", std::move(gaps)},
                      {"death", casefile.death ? of(*casefile.death) : Json(nullptr)},
                      {"last_words", casefile.last_words}};
  // What a dying process wrote may be any bytes; those that are no UTF-8 become U+FFFD.
  return whole.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace km::casefile
