// Takes the texts of errors and streams out of a notebook's cells.
#include "readers/notebook_outputs.h"

#include "intake/clean_line.h"
#include "jupyter/notebook.h"

#include <fmt/core.h>
#include <utility>

namespace km::readers {
namespace {

using jupyter::Json;

constexpr std::size_t kMostLinesOfACell = 4000;
constexpr std::string_view kVerdict = "application/vnd.kernelmedic.verdict+json";

void add_lines(std::string_view text, intake::Excerpt& excerpt) {
  intake::each_line(text, [&](std::string_view line) {
    ++excerpt.total_lines;
    if (excerpt.lines.size() < kMostLinesOfACell) {
      excerpt.lines.push_back({excerpt.total_lines, intake::clean_line(line)});
    } else {
      excerpt.whole = false;
    }
  });
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  for (const Json& line : value) {
    if (line.is_string()) text += line.get_ref<const std::string&>();
  }
  return text;
}

void add_error(const Json& output, intake::Excerpt& excerpt) {
  for (const Json& line : jupyter::member(output, "traceback")) add_lines(text_of(line), excerpt);
  add_lines(fmt::format("{}: {}", jupyter::text_member(output, "ename"),
                        jupyter::text_member(output, "evalue")),
            excerpt);
}

}  // namespace

Result<NotebookOutputs> notebook_outputs(std::string_view text, const std::string& name) {
  KM_ASSIGN(const auto notebook, jupyter::Notebook::parse(text));
  NotebookOutputs found;
  for (std::size_t cell = 0; cell < notebook.size(); ++cell) {
    if (!notebook.is_code(cell)) continue;
    intake::Excerpt excerpt;
    excerpt.name = fmt::format("{} cell {}", name, cell + 1);
    for (const Json& output : jupyter::member(notebook.cell(cell), "outputs")) {
      const std::string type = jupyter::text_member(output, "output_type");
      if (type == "error") {
        add_error(output, excerpt);
      } else if (type == "stream") {
        add_lines(text_of(jupyter::member(output, "text")), excerpt);
      } else if (const Json& verdict = jupyter::member(jupyter::member(output, "data"), kVerdict);
                 verdict.is_object()) {
        found.verdicts.push_back(jupyter::to_compact_json(verdict));
      }
    }
    if (!excerpt.lines.empty()) found.excerpts.push_back(std::move(excerpt));
  }
  return found;
}

}  // namespace km::readers
