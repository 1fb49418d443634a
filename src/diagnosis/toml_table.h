// One table of a TOML file, read strictly: each field once, by name and type; what nobody asked for
// is an error.
#pragma once

#include "casefile/fact.h"
#include "result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <vector>

namespace km::diagnosis {

class TomlTable {
 public:
  // `file` and `table` must outlive it. `where`: the way to it, "when.all[1]"; empty for the whole
  // file.
  TomlTable(const std::string& file, const toml::table& table, std::string where)
      : file_(&file), table_(&table), where_(std::move(where)) {}

  // Parses the whole file; at most 256 KiB, since a rule is a page.
  static Result<toml::table> parse(const std::string& file, std::string_view text);

  // "rules/a.toml:3: when.fact: `message`".
  tl::unexpected<Error> wrong(std::string_view key, std::string_view message) const;

  bool has(std::string_view key) const { return table_->contains(key); }
  Result<std::string> text(std::string_view key);  // must be there, and not be empty
  Result<std::optional<std::string>> optional_text(std::string_view key);
  Result<std::optional<double>> optional_number(std::string_view key);
  Result<std::optional<std::int64_t>> optional_whole(std::string_view key);
  Result<std::optional<bool>> optional_flag(std::string_view key);
  Result<std::vector<std::string>> texts(std::string_view key);  // absent: empty
  Result<TomlTable> table(std::string_view key);                 // must be there
  // Tables of an array, each with its own place; absent: empty.
  Result<std::vector<TomlTable>> tables(std::string_view key);
  // The node itself, for fields that may be of several kinds; nullptr where it is absent.
  const toml::node* node(std::string_view key);

  // After all reads: an error for the first field that no read asked for.
  Result<> finish() const;

  const toml::table& raw() const { return *table_; }
  std::string path(std::string_view key) const;
  const std::string& file() const { return *file_; }
  std::string place() const;  // "rules/a.toml:3"

 private:
  const std::string* file_;
  const toml::table* table_;
  std::string where_;
  std::vector<std::string> asked_;
};

// A TOML value as a fact's: text, number, true or false, a list of texts; nothing for the rest.
std::optional<casefile::Value> value_of(const toml::node& node);

}  // namespace km::diagnosis
