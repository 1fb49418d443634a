// A report holds all that a case file holds, and the verdict, which is judged anew.
#include "readers/own_report.h"

#include "jupyter/json_text.h"
#include "readers/told.h"

#include <fmt/core.h>
#include <iterator>
#include <utility>

namespace km::readers {
namespace {

using jupyter::Json;

// At most as deep as the parser lets a text be.
void without_nulls(Json& json) {
  if (json.is_object()) {
    for (auto entry = json.begin(); entry != json.end();) {
      entry = entry->is_null() ? json.erase(entry) : std::next(entry);
    }
  }
  if (json.is_structured()) {
    for (Json& child : json) without_nulls(child);
  }
}

}  // namespace

Result<> add_own_report(std::string_view text, const std::string& name, casefile::CaseFile& out) {
  KM_ASSIGN(auto json, jupyter::parse_json(text));
  if (!json.is_object()) return fail("it is no report of kernelmedic");
  const std::string schema = jupyter::text_member(json, "schema");
  if (schema != "kernelmedic.case/1" && schema != "kernelmedic.report/1")
    return fail(fmt::format("its schema is \"{}\", which this version does not know", schema));
  json["schema"] = "kernelmedic.case/1";
  if (!json.contains("id")) json["id"] = "";
  if (!json.contains("subject")) json["subject"] = "evidence";
  if (!jupyter::member(json, "last_words").is_string()) json["last_words"] = "";
  // A report says null where a case file says nothing; of a fact null is a value.
  for (const char* part : {"gaps", "death"}) {
    if (json.contains(part)) without_nulls(json[part]);
  }
  KM_ASSIGN(casefile::CaseFile told, casefile::from_json(jupyter::to_compact_json(json)));
  for (casefile::Fact& fact : told.facts) {
    fact.source = fmt::format("{}, {}", name, fact.source);
    out.facts.push_back(std::move(fact));
  }
  for (casefile::Gap& gap : told.gaps) out.gaps.push_back(std::move(gap));
  if (!out.death) out.death = std::move(told.death);
  if (out.last_words.empty()) out.last_words = std::move(told.last_words);
  return {};
}

}  // namespace km::readers
