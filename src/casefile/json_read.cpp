// Reading a case file that may come from anywhere: bounded, and every refusal names the field.
#include "casefile/casefile.h"

#include <fmt/core.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace km::casefile {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargest = std::size_t{64}
                                 << 20U;  // a full ring and 64 KiB of last words are 3 MiB
constexpr int kDeepest = 16;              // the format itself needs 6

tl::unexpected<Error> wrong(const std::string& where, std::string_view expected) {
  return fail(fmt::format("{}: expected {}", where, expected));
}

Result<> read(const Json& json, const std::string& where, std::string& out) {
  const auto* text = json.get_ptr<const Json::string_t*>();
  if (text == nullptr) return wrong(where, "a text");
  out = *text;
  return {};
}

Result<> read(const Json& json, const std::string& where, std::int64_t& out) {
  if (!json.is_number_integer()) return wrong(where, "a whole number");
  if (json.is_number_unsigned() &&
      json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return wrong(where, "a whole number below 2^63");
  }
  out = json.get<std::int64_t>();
  return {};
}

Result<> read(const Json& json, const std::string& where, int& out) {
  std::int64_t wide = 0;
  KM_TRY(read(json, where, wide));
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) {
    return wrong(where, "a whole number below 2^31");
  }
  out = static_cast<int>(wide);
  return {};
}

Result<> read(const Json& json, const std::string& where, double& out) {
  if (!json.is_number()) return wrong(where, "a number");
  out = json.get<double>();
  return {};
}

Result<> read(const Json& json, const std::string& where, Value& out) {
  if (json.is_null()) {
    out = NotThere{};
  } else if (json.is_boolean()) {
    out = json.get<bool>();
  } else if (json.is_number_float()) {
    out = json.get<double>();
  } else if (json.is_number()) {
    KM_TRY(read(json, where, out.emplace<std::int64_t>()));
  } else if (json.is_string()) {
    out = json.get<std::string>();
  } else if (json.is_array()) {
    std::vector<std::string> texts(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
      KM_TRY(read(json[i], fmt::format("{}[{}]", where, i), texts[i]));
    }
    out = std::move(texts);
  } else {
    return wrong(where, "null, true, false, a number, a text or a list of texts");
  }
  return {};
}

// One object of the format and the way to it, for error texts.
class Object {
 public:
  static Result<Object> of(const Json& json, std::string where) {
    if (!json.is_object()) return wrong(where.empty() ? "the file" : where, "an object");
    return Object(json, std::move(where));
  }

  // Absent and null leave `out` as it is.
  template <class T>
  Result<> field(const char* key, T& out) const {
    const Json* json = member(key);
    return json == nullptr ? Result<>() : read_any(*json, path(key), out);
  }

 private:
  Object(const Json& json, std::string where) : json_(&json), where_(std::move(where)) {}

  const Json* member(const char* key) const {
    const auto found = json_->find(key);
    return found == json_->end() || found->is_null() ? nullptr : &*found;
  }
  std::string path(const char* key) const { return where_.empty() ? key : where_ + "." + key; }

  template <class T>
  static Result<> read_any(const Json& json, const std::string& where, std::optional<T>& out) {
    return read_any(json, where, out.emplace());
  }
  template <class T>
  static Result<> read_any(const Json& json, const std::string& where, std::vector<T>& out) {
    if (!json.is_array()) return wrong(where, "a list");
    out.resize(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
      KM_TRY(read_any(json[i], fmt::format("{}[{}]", where, i), out[i]));
    }
    return {};
  }
  template <class T>
  static Result<> read_any(const Json& json, const std::string& where, T& out) {
    if constexpr (requires { read(json, where, out); }) {
      return read(json, where, out);
    } else {
      KM_ASSIGN(const Object object, of(json, where));
      return object.members(out);
    }
  }
  static Result<> read_any(const Json& json, const std::string& where, MemoryPoint& out) {
    if (!json.is_array() || json.size() != 2) return wrong(where, "[seconds, bytes]");
    KM_TRY(read(json[0], where + "[0]", out.seconds));
    return read(json[1], where + "[1]", out.used_bytes);
  }

  Result<> members(Fact& fact) const {
    KM_TRY(field("name", fact.name));
    if (fact.name.empty()) return wrong(path("name"), "a text");
    KM_TRY(field("value", fact.value));
    return field("source", fact.source);
  }
  Result<> members(Gap& gap) const {
    KM_TRY(field("what", gap.what));
    KM_TRY(field("why", gap.why));
    return field("remedy", gap.remedy);
  }
  Result<> members(Cell& cell) const {
    KM_TRY(field("id", cell.id));
    KM_TRY(field("index", cell.index));
    KM_TRY(field("execution_count", cell.execution_count));
    KM_TRY(field("line", cell.line));
    return field("source", cell.source);
  }
  Result<> members(CellMark& mark) const {
    KM_TRY(field("seconds", mark.seconds));
    return field("label", mark.label);
  }
  Result<> members(Memory& memory) const {
    KM_TRY(field("limit_bytes", memory.limit_bytes));
    KM_TRY(field("peak_bytes", memory.peak_bytes));
    KM_TRY(field("series", memory.series));
    return field("cells", memory.cells);
  }
  Result<> members(Death& death) const {
    KM_TRY(field("pid", death.pid));
    KM_TRY(field("time", death.time));
    KM_TRY(field("signal", death.signal));
    KM_TRY(field("exit_code", death.exit_code));
    KM_TRY(field("cell", death.cell));
    KM_TRY(field("python_stack", death.python_stack));
    KM_TRY(field("native_stack", death.native_stack));
    return field("memory", death.memory);
  }

  const Json* json_;  // lives in from_json
  std::string where_;
};

// Deeper parts are dropped while parsing, so that brackets alone cannot make us allocate.
Result<Json> parse(std::string_view text) {
  if (text.size() > kLargest) {
    return fail(fmt::format("it is larger than {} MiB", kLargest >> 20U));
  }
  bool too_deep = false;
  const Json::parser_callback_t shallow = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDeepest;
    return depth <= kDeepest;
  };
  auto json = Json::parse(text, shallow, false);
  if (too_deep) return fail("it is nested too deeply");
  if (json.is_discarded()) return fail("it is not JSON, or cut off");
  return json;
}

Result<CaseFile> read_whole(std::string_view text) {
  KM_ASSIGN(const Json json, parse(text));
  KM_ASSIGN(const Object whole, Object::of(json, ""));
  std::string schema;
  KM_TRY(whole.field("schema", schema));
  if (schema != "kernelmedic.case/1") {
    return fail(fmt::format("schema: expected \"kernelmedic.case/1\", found \"{}\"",
                            schema.substr(0, 100)));
  }
  CaseFile casefile;
  KM_TRY(whole.field("id", casefile.id));
  KM_TRY(whole.field("subject", casefile.subject));
  KM_TRY(whole.field("facts", casefile.facts));
  KM_TRY(whole.field("gaps", casefile.gaps));
  KM_TRY(whole.field("death", casefile.death));
  KM_TRY(whole.field("last_words", casefile.last_words));
  return casefile;
}

}  // namespace

Result<CaseFile> from_json(std::string_view text) {
  auto casefile = read_whole(text);
  if (!casefile) return tl::make_unexpected(std::move(casefile).error().within("not a case file"));
  return casefile;
}

}  // namespace km::casefile
