// Checks a JSON value against the part of JSON Schema that docs/report.schema.json uses, so that
// the tests of this room need no other program. A keyword it does not know is an error: the schema
// cannot quietly check less.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

namespace km::report {

class SchemaCheck {
 public:
  explicit SchemaCheck(nlohmann::json schema) : root_(std::move(schema)) {}

  // The first violation, as "place: what"; empty where the value is valid.
  std::string violation(const nlohmann::json& value) const { return check(root_, value, "$"); }

 private:
  using Json = nlohmann::json;

  static bool has_type(const std::string& type, const Json& value) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
  }

  std::string check(const Json& schema, const Json& value, const std::string& place) const {
    for (const auto& [keyword, rule] : schema.items()) {
      std::string wrong = check_keyword(schema, keyword, rule, value, place);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  std::string check_keyword(const Json& schema, const std::string& keyword, const Json& rule,
                            const Json& value, const std::string& place) const {
    static const std::set<std::string> kNotes{"$schema",     "$id",  "$defs", "title",
                                              "description", "then", "else"};
    if (kNotes.count(keyword) != 0) return {};
    if (keyword == "$ref") {
      return check(root_.at(Json::json_pointer(rule.get<std::string>().substr(1))), value, place);
    }
    if (keyword == "type") {
      const Json types = rule.is_array() ? rule : Json::array({rule});
      const bool fits = std::any_of(types.begin(), types.end(), [&](const Json& type) {
        return has_type(type.get<std::string>(), value);
      });
      return fits ? "" : place + ": is " + value.dump() + ", not " + rule.dump();
    }
    if (keyword == "const") return value == rule ? "" : place + ": is not " + rule.dump();
    if (keyword == "enum") {
      return std::find(rule.begin(), rule.end(), value) != rule.end()
                 ? ""
                 : place + ": not one of " + rule.dump();
    }
    if (keyword == "minimum") {
      return !value.is_number() || value >= rule ? "" : place + ": below " + rule.dump();
    }
    if (keyword == "pattern") {
      const bool fits = !value.is_string() || std::regex_search(value.get<std::string>(),
                                                                std::regex(rule.get<std::string>(),
                                                                           std::regex::ECMAScript));
      return fits ? "" : place + ": " + value.dump() + " is not like " + rule.dump();
    }
    if (keyword == "minLength") {
      return !value.is_string() || value.get<std::string>().size() >= rule ? ""
                                                                           : place + ": too short";
    }
    if (keyword == "minItems" || keyword == "maxItems") {
      const bool fits = !value.is_array() ||
                        (keyword == "minItems" ? value.size() >= rule : value.size() <= rule);
      return fits ? "" : place + ": " + keyword + " " + rule.dump();
    }
    if (keyword == "required") {
      for (const Json& name : rule) {
        if (value.is_object() && !value.contains(name.get<std::string>()))
          return place + ": lacks " + name.dump();
      }
      return {};
    }
    if (keyword == "properties") {
      for (const auto& [name, part] : rule.items()) {
        if (!value.is_object() || !value.contains(name)) continue;
        std::string wrong = check(part, value.at(name), place + "." + name);
        if (!wrong.empty()) return wrong;
      }
      return {};
    }
    if (keyword == "items") {
      for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
        std::string wrong = check(rule, value[i], place + "[" + std::to_string(i) + "]");
        if (!wrong.empty()) return wrong;
      }
      return {};
    }
    if (keyword == "anyOf") {
      std::string all;
      for (const Json& part : rule) {
        const std::string wrong = check(part, value, place);
        if (wrong.empty()) return {};
        all += wrong + "; ";
      }
      return all;
    }
    if (keyword == "if") {
      const char* branch = check(rule, value, place).empty() ? "then" : "else";
      return schema.contains(branch) ? check(schema.at(branch), value, place) : std::string();
    }
    return place + ": this check does not know the keyword " + keyword;
  }

  Json root_;
};

}  // namespace km::report
