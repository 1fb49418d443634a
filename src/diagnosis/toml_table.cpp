// Strict reading of TOML tables with errors that a rule's author can act on.
#include "diagnosis/toml_table.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/format.h>

namespace km::diagnosis {
namespace {

constexpr std::size_t kLargest = std::size_t{256} * 1024;

std::string line_of(const std::string& file, const toml::source_region& source) {
  return source.begin.line > 0 ? fmt::format("{}:{}", file, source.begin.line) : file;
}

// A field that may be absent: nothing, its value, or the word for what it should have been.
template <class T, class Read>
Result<std::optional<T>> optional_field(const TomlTable& table, const toml::node* node,
                                        std::string_view key, std::string_view expected,
                                        const Read& read) {
  if (node == nullptr) return std::optional<T>();
  std::optional<T> value = read(*node);
  if (!value) return table.wrong(key, fmt::format("expected {}", expected));
  return value;
}

std::optional<std::string> text_of(const toml::node& node) {
  return node.is_string() ? node.value<std::string>() : std::nullopt;
}

std::optional<std::vector<std::string>> texts_of(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& entry : *array) {
    auto text = text_of(entry);
    if (!text) return std::nullopt;
    texts.push_back(*std::move(text));
  }
  return texts;
}

}  // namespace

Result<toml::table> TomlTable::parse(const std::string& file, std::string_view text) {
  if (text.size() > kLargest) return fail(fmt::format("{}: larger than 256 KiB", file));
  try {
    return toml::parse(text, std::string_view(file));
  } catch (const toml::parse_error& error) {
    return fail(
        fmt::format("{}: not TOML: {}", line_of(file, error.source()), error.description()));
  }
}

std::string TomlTable::place() const { return line_of(*file_, table_->source()); }

std::string TomlTable::path(std::string_view key) const {
  if (where_.empty()) return std::string(key);
  return key.empty() ? where_ : fmt::format("{}.{}", where_, key);
}

tl::unexpected<Error> TomlTable::wrong(std::string_view key, std::string_view message) const {
  const auto* node = table_->get(key);
  const auto place = node != nullptr ? line_of(*file_, node->source()) : this->place();
  const auto field = path(key);
  return fail(field.empty() ? fmt::format("{}: {}", place, message)
                            : fmt::format("{}: {}: {}", place, field, message));
}

const toml::node* TomlTable::node(std::string_view key) {
  asked_.emplace_back(key);
  return table_->get(key);
}

Result<std::string> TomlTable::text(std::string_view key) {
  KM_ASSIGN(auto value, optional_text(key));
  if (!value) return wrong(key, "missing");
  if (value->empty()) return wrong(key, "empty");
  return *std::move(value);
}

Result<std::optional<std::string>> TomlTable::optional_text(std::string_view key) {
  return optional_field<std::string>(*this, node(key), key, "a text", text_of);
}

Result<std::optional<double>> TomlTable::optional_number(std::string_view key) {
  return optional_field<double>(*this, node(key), key, "a number", [](const toml::node& node) {
    return node.is_number() ? node.value<double>() : std::nullopt;
  });
}

Result<std::optional<std::int64_t>> TomlTable::optional_whole(std::string_view key) {
  return optional_field<std::int64_t>(
      *this, node(key), key, "a whole number", [](const toml::node& node) {
        return node.is_integer() ? node.value<std::int64_t>() : std::nullopt;
      });
}

Result<std::optional<bool>> TomlTable::optional_flag(std::string_view key) {
  return optional_field<bool>(*this, node(key), key, "true or false", [](const toml::node& node) {
    return node.is_boolean() ? node.value<bool>() : std::nullopt;
  });
}

Result<std::vector<std::string>> TomlTable::texts(std::string_view key) {
  KM_ASSIGN(auto texts, optional_field<std::vector<std::string>>(*this, node(key), key,
                                                                 "a list of texts", texts_of));
  return std::move(texts).value_or(std::vector<std::string>());
}

Result<TomlTable> TomlTable::table(std::string_view key) {
  const auto* found = node(key);
  if (found == nullptr) return wrong(key, "missing");
  const auto* table = found->as_table();
  if (table == nullptr) return wrong(key, "expected a table");
  return TomlTable(*file_, *table, path(key));
}

Result<std::vector<TomlTable>> TomlTable::tables(std::string_view key) {
  std::vector<TomlTable> tables;
  const auto* found = node(key);
  if (found == nullptr) return tables;
  const auto* array = found->as_array();
  if (array == nullptr) return wrong(key, "expected a list of tables");
  for (std::size_t i = 0; i < array->size(); ++i) {
    const auto* table = (*array)[i].as_table();
    if (table == nullptr) return wrong(key, fmt::format("expected a table at [{}]", i));
    tables.emplace_back(*file_, *table, fmt::format("{}[{}]", path(key), i));
  }
  return tables;
}

Result<> TomlTable::finish() const {
  for (const auto& [key, node] : *table_) {
    const std::string_view name = key;
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    return fail(fmt::format("{}: {}: unknown field; known here: {}", line_of(*file_, node.source()),
                            path(name), fmt::join(asked_, ", ")));
  }
  return {};
}

std::optional<casefile::Value> value_of(const toml::node& node) {
  if (node.is_string()) return *node.value<std::string>();
  if (node.is_boolean()) return *node.value<bool>();
  if (node.is_integer()) return *node.value<std::int64_t>();
  if (node.is_floating_point()) return *node.value<double>();
  if (auto texts = texts_of(node)) return *std::move(texts);
  return std::nullopt;
}

}  // namespace km::diagnosis
