// nbformat's reader and writer (v4/rwbase.py, v4/nbjson.py): the same text comes out for the same
// notebook.
#include "jupyter/notebook.h"

#include "jupyter/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace km::jupyter {
namespace {

// A list of lines becomes the text; anything else stays.
void join_lines(Json& value) {
  const auto is_string = [](const Json& line) { return line.is_string(); };
  if (!value.is_array() || !std::all_of(value.begin(), value.end(), is_string)) return;
  std::string text;
  for (const Json& line : value) text += line.get_ref<const std::string&>();
  value = std::move(text);
}

void join_mime_bundle(Json& bundle) {
  if (!bundle.is_object()) return;
  for (const auto& [mime, value] : bundle.items()) {
    if (!is_json_mime(mime)) join_lines(value);
  }
}

// The member of that name to change, or nothing.
Json* find(Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(std::string(name));
  return found == object.end() ? nullptr : &*found;
}

bool is_display(std::string_view output_type) {
  return output_type == "display_data" || output_type == "execute_result";
}

void join_cell(Json& cell) {
  if (Json* source = find(cell, "source")) join_lines(*source);
  if (Json* attachments = find(cell, "attachments"); attachments && attachments->is_object()) {
    for (Json& bundle : *attachments) join_mime_bundle(bundle);
  }
  Json* outputs = find(cell, "outputs");
  if (outputs == nullptr || !outputs->is_array()) return;
  for (Json& output : *outputs) {
    if (is_display(text_member(output, "output_type"))) {
      if (Json* data = find(output, "data")) join_mime_bundle(*data);
    } else if (Json* text = find(output, "text")) {
      join_lines(*text);
    }
  }
}

// Members that the format asks for and that sloppy writers leave out; nbformat's validator would
// refuse the result.
void complete(Json& cell) {
  const auto add = [&cell](const char* name, Json value) {
    if (!cell.contains(name)) cell[name] = std::move(value);
  };
  add("metadata", Json::object());
  add("source", "");
  if (text_member(cell, "cell_type") != "code") return;
  add("execution_count", nullptr);
  add("outputs", Json::array());
}

void complete_ids(Json& cells) {
  std::set<std::string> seen;
  for (Json& cell : cells) {
    std::string id = text_member(cell, "id");
    if (id.empty() || !seen.insert(id).second) {
      id = new_id().substr(0, 8);
      cell["id"] = id;
      seen.insert(std::move(id));
    }
  }
}

Result<> check_version(const Json& root) {
  const Json& version = member(root, "nbformat");
  if (!version.is_number_integer()) {
    return fail("this is JSON, but not a notebook: it has no \"nbformat\" number");
  }
  const auto major = version.get<std::int64_t>();
  if (major < 4) {
    return fail(
        fmt::format("the notebook is of the old format {}; convert a copy of it first: jupyter "
                    "nbconvert --to notebook --output NEW.ipynb OLD.ipynb",
                    major));
  }
  if (major > 4) {
    return fail(fmt::format(
        "the notebook is of format {}, and 4 is the newest that is known here; save it as "
        "format 4, or update kernelmedic",
        major));
  }
  return {};
}

Result<> check_cells(const Json& root) {
  const Json& cells = member(root, "cells");
  if (!cells.is_array())
    return fail("the notebook has no list \"cells\"; open it in Jupyter and save it again");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].is_object() && !text_member(cells[i], "cell_type").empty()) continue;
    return fail(fmt::format(
        "cell {} of the notebook is not an object with a \"cell_type\"; repair it in a text "
        "editor or take it out",
        i + 1));
  }
  return {};
}

// Writes the whole without copying it: notebooks hold tens of megabytes of outputs.
class NotebookWriter {
 public:
  std::string write(const Json& root) {
    writer_.object(root, {}, [this](std::string_view key, const Json& value) {
      if (key == "cells") {
        writer_.array(value, [this](const Json& item) { cell(item); });
      } else if (key == "metadata" && value.is_object()) {
        // What nbformat calls transient: of the open notebook, not of the file.
        object(value, {"orig_nbformat", "orig_nbformat_minor", "signature"});
      } else {
        writer_.value(value);
      }
    });
    return writer_.take() + "\n";
  }

 private:
  void cell(const Json& cell) {
    const bool code = text_member(cell, "cell_type") == "code";
    writer_.object(cell, {}, [&](std::string_view key, const Json& value) {
      if (key == "source") {
        text(value);
      } else if (key == "metadata" && value.is_object()) {
        object(value, {"trusted"});
      } else if (key == "attachments" && value.is_object()) {
        writer_.object(value, {},
                       [this](std::string_view, const Json& bundle) { mime_bundle(bundle); });
      } else if (key == "outputs" && code && value.is_array()) {
        writer_.array(value, [this](const Json& item) { output(item); });
      } else {
        writer_.value(value);
      }
    });
  }

  void output(const Json& output) {
    if (!output.is_object()) {
      writer_.value(output);
      return;
    }
    const std::string type = text_member(output, "output_type");
    writer_.object(output, {}, [&](std::string_view key, const Json& value) {
      if (key == "data" && is_display(type)) {
        mime_bundle(value);
      } else if (key == "text" && type == "stream") {
        text(value);
      } else {
        writer_.value(value);
      }
    });
  }

  void mime_bundle(const Json& bundle) {
    if (!bundle.is_object()) {
      writer_.value(bundle);
      return;
    }
    writer_.object(bundle, {}, [this](std::string_view mime, const Json& value) {
      const bool in_lines = mime.substr(0, 5) == "text/" || mime == "application/javascript" ||
                            mime == "image/svg+xml";
      in_lines ? text(value) : writer_.value(value);
    });
  }

  void text(const Json& value) {
    value.is_string() ? writer_.lines(value.get_ref<const std::string&>()) : writer_.value(value);
  }

  void object(const Json& value, std::initializer_list<std::string_view> without) {
    writer_.object(value, without,
                   [this](std::string_view, const Json& item) { writer_.value(item); });
  }

  JsonWriter writer_{JsonWriter::Style::notebook};
};

}  // namespace

bool is_json_mime(std::string_view mime) {
  constexpr std::string_view kPrefix = "application/";
  constexpr std::string_view kSuffix = "+json";
  if (mime == "application/json") return true;
  return mime.substr(0, kPrefix.size()) == kPrefix && mime.size() > kSuffix.size() &&
         mime.substr(mime.size() - kSuffix.size()) == kSuffix;
}

Result<Notebook> Notebook::parse(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return fail("the file is empty; a notebook is JSON text as Jupyter saves it");
  }
  if (const std::size_t error = utf8_error(text); error != std::string_view::npos) {
    return fail(
        fmt::format("the notebook is not UTF-8 text (at byte {}); save it as UTF-8", error));
  }
  auto json = parse_json(text, LoneSurrogates::keep);
  if (!json) {
    return tl::make_unexpected(
        std::move(json).error().within("not a notebook, since it is not JSON as Jupyter saves it"));
  }
  Json& root = *json;
  if (!root.is_object()) {
    return fail("this is JSON, but not a notebook: the outermost value must be an object");
  }
  KM_TRY(check_version(root));
  KM_TRY(check_cells(root));
  if (!member(root, "nbformat_minor").is_number_integer()) root["nbformat_minor"] = 0;
  if (!member(root, "metadata").is_object()) root["metadata"] = Json::object();
  for (Json& cell : root["cells"]) {
    join_cell(cell);
    complete(cell);
  }
  Notebook notebook(std::move(root));
  if (notebook.has_cell_ids()) complete_ids(notebook.root_["cells"]);
  return notebook;
}

std::string Notebook::to_text() const { return NotebookWriter().write(root_); }

std::size_t Notebook::size() const { return member(root_, "cells").size(); }

Json& Notebook::cell(std::size_t index) { return root_["cells"][index]; }

const Json& Notebook::cell(std::size_t index) const { return member(root_, "cells")[index]; }

bool Notebook::is_code(std::size_t index) const {
  return text_member(cell(index), "cell_type") == "code";
}

std::string Notebook::source(std::size_t index) const { return text_member(cell(index), "source"); }

std::string Notebook::id(std::size_t index) const { return text_member(cell(index), "id"); }

bool Notebook::has_tag(std::size_t index, std::string_view tag) const {
  const Json& tags = member(member(cell(index), "metadata"), "tags");
  return tags.is_array() &&
         std::find(tags.begin(), tags.end(), Json(std::string(tag))) != tags.end();
}

std::string Notebook::kernel_name() const {
  return text_member(member(member(root_, "metadata"), "kernelspec"), "name");
}

std::string Notebook::language() const {
  const Json& metadata = member(root_, "metadata");
  const std::string language = text_member(member(metadata, "kernelspec"), "language");
  return language.empty() ? text_member(member(metadata, "language_info"), "name") : language;
}

Json& Notebook::metadata() { return root_["metadata"]; }

bool Notebook::has_cell_ids() const {
  const Json& minor = member(root_, "nbformat_minor");
  return minor.is_number_integer() && minor.get<std::int64_t>() >= 5;
}

}  // namespace km::jupyter
