// A notebook file: read and written without loss of what we do not understand.
#pragma once

#include "jupyter/message.h"
#include "result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace km::jupyter {

// application/json and application/*+json hold any value; every other mime type of an output holds
// text.
bool is_json_mime(std::string_view mime);

// nbformat 4.x, as one JSON value; only what is needed is looked at.
class Notebook {
 public:
  // Errors, each with what to do: not JSON, not a notebook, nbformat below 4 ("jupyter nbconvert
  // --to notebook ..."), nbformat above 4, no cells list, a cell that is not an object, nested
  // deeper than kJsonDepth. Lists of lines are joined, and what the format asks for but the file
  // lacks is added (metadata, outputs, cell ids).
  static Result<Notebook> parse(std::string_view text);

  std::string to_text()
      const;  // as nbformat writes it: indent 1, sorted keys, not ASCII-escaped, newline at the end

  std::size_t size() const;  // number of cells
  Json& cell(std::size_t index);
  const Json& cell(std::size_t index) const;
  bool is_code(std::size_t index) const;
  std::string source(std::size_t index) const;
  std::string id(std::size_t index) const;  // empty below nbformat 4.5
  bool has_tag(std::size_t index, std::string_view tag) const;
  std::string kernel_name() const;  // metadata.kernelspec.name, or empty
  std::string language() const;
  Json& metadata();
  bool has_cell_ids() const;  // nbformat 4.5 and later

 private:
  explicit Notebook(Json root) : root_(std::move(root)) {}
  Json root_;
};

}  // namespace km::jupyter
