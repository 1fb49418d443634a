// The readers in their order, over all files; then what only all of them together tell.
#include "readers/handed_in.h"

#include "evidence/compat.h"
#include "intake/clean_line.h"
#include "intake/take_in.h"
#include "readers/notebook_outputs.h"
#include "readers/own_report.h"
#include "readers/readers.h"
#include "readers/together.h"
#include "readers/told.h"
#include "readers/unwrap.h"

#include <filesystem>
#include <fmt/core.h>
#include <unordered_set>
#include <utility>

namespace km::readers {
namespace {

constexpr std::size_t kMostUnused = 1000;
// Of one file: enough for every mechanism that a log can name, and a report that can still be read.
constexpr std::size_t kMostLinesOfAFile = 200;

class Taker {
 public:
  explicit Taker(const HandedIn& plan)
      : plan_(plan), options_{intake::LinePatterns(plan.patterns), {}} {
    out().subject = "evidence";
  }

  Dossier take() && {
    const std::vector<std::string> files = all_files();
    const std::vector<std::string> names = intake::shown_names(files);
    for (std::size_t i = 0; i < files.size(); ++i) take_file(files[i], names[i]);
    // The environment last: what a text says of itself counts more than what a path lets guess.
    for (const intake::Excerpt& excerpt : texts_) read_environment(excerpt, out());
    evidence::add_compat(out());
    judge_together(out());
    if (plan_.list_unused) list_unused();
    return std::move(dossier_);
  }

 private:
  casefile::CaseFile& out() { return dossier_.casefile; }

  void refuse(Error error, const std::string& name) {
    out().gap(name, error.what, {});
    dossier_.refused.push_back(std::move(error));
  }

  std::vector<std::string> all_files() {
    std::vector<std::string> files;
    for (const std::string& path : plan_.paths) {
      std::error_code ignored;
      if (path == "-" || !std::filesystem::is_directory(path, ignored)) {
        files.push_back(path);
        continue;
      }
      auto below = intake::files_below(path);
      if (!below) {
        refuse(std::move(below).error(), path);
        continue;
      }
      ++dossier_.taken;  // an empty folder is no evidence, and no error
      for (std::string& note : below->notes) out().gap(path, std::move(note), {});
      for (std::string& file : below->files) files.push_back(std::move(file));
    }
    return files;
  }

  void take_file(const std::string& path, const std::string& name) {
    if (plan_.progress) {
      options_.progress = [this, &name](std::int64_t done, std::int64_t total) {
        plan_.progress(name, done, total);
      };
    }
    auto intake = intake::take_in(path, options_, name);
    if (!intake) return refuse(std::move(intake).error(), name);
    ++dossier_.taken;
    for (std::string& note : intake->notes) out().gap(name, std::move(note), {});
    switch (intake->kind) {
      case intake::Intake::Kind::empty:
        return;
      case intake::Intake::Kind::binary:
        out().gap(name, "it is neither text nor a form of evidence that kernelmedic knows", {});
        return;
      case intake::Intake::Kind::core_file:
        if (auto read = read_core_file(path, out()); !read)
          out().gap(name, std::move(read).error().what, {});
        return;
      case intake::Intake::Kind::notebook:
        if (take_notebook(*intake)) return;
        break;
      case intake::Intake::Kind::casefile:
        if (take_report(intake->whole, name)) return;
        break;
      case intake::Intake::Kind::apple_report:
        // Its lines are names of threads, images and other people's processes: no words of a death.
        if (read_apple_report(intake->whole, name, out())) return;
        break;
      case intake::Intake::Kind::json:
      case intake::Intake::Kind::text:
        break;
    }
    take_text(std::move(intake->excerpt), intake->whole);
  }

  bool take_notebook(const intake::Intake& intake) {
    auto outputs = notebook_outputs(intake.whole, intake.name);
    if (!outputs) {
      out().gap(intake.name, std::move(outputs).error().what, {});
      return false;
    }
    tell(out(), "evidence.kind", "notebook", intake.name);
    for (const std::string& verdict : outputs->verdicts) take_report(verdict, intake.name);
    for (intake::Excerpt& excerpt : outputs->excerpts) take_text(std::move(excerpt), {});
    return true;
  }

  bool take_report(const std::string& text, const std::string& name) {
    if (auto read = add_own_report(text, name, out()); !read) {
      out().gap(name, std::move(read).error().what, {});
      return false;
    }
    tell(out(), "evidence.kind", "kernelmedic report", name);
    return true;
  }

  void take_text(intake::Excerpt excerpt, const std::string& whole) {
    excerpt = unwrapped(std::move(excerpt));
    if (!excerpt.whole) {
      out().gap("all of " + excerpt.name,
                fmt::format("{} of its {} lines were kept: those that matter, and some around them",
                            excerpt.lines.size(), excerpt.total_lines),
                {});
    }
    read_apple_report(whole.empty() ? intake::joined(excerpt) : whole, excerpt.name, out());
    read_kernel_log(excerpt, out());
    read_exit_words(excerpt, out());
    read_native_stacks(excerpt, out());
    read_python(excerpt, out());
    read_log_kinds(excerpt, out());
    add_words(excerpt);
    texts_.push_back(std::move(excerpt));
  }

  // The last ones of a long log are nearest to the death.
  void add_words(const intake::Excerpt& excerpt) {
    std::vector<const intake::ExcerptLine*> lines;
    for (const intake::ExcerptLine& line : excerpt.lines) {
      if (!line.text.empty() && plan_.matters && plan_.matters(line.text)) lines.push_back(&line);
    }
    std::size_t first = 0;
    if (lines.size() > kMostLinesOfAFile) {
      first = lines.size() - kMostLinesOfAFile;
      out().gap("the first telling lines of " + excerpt.name,
                fmt::format("it has {} of them; the last {} were judged", lines.size(),
                            kMostLinesOfAFile),
                {});
    }
    for (std::size_t i = first; i < lines.size(); ++i) {
      std::string source = intake::source_of(excerpt, *lines[i]);
      if (said_.insert(lines[i]->text).second) out().add("words.line", lines[i]->text, source);
    }
    if (out().find("words.line").empty()) out().none("words.line", excerpt.name);
  }

  void list_unused() {
    std::unordered_set<std::string_view> used;
    for (const casefile::Fact& fact : out().facts) used.insert(fact.source);
    for (const intake::Excerpt& excerpt : texts_) {
      for (const intake::ExcerptLine& line : excerpt.lines) {
        const std::string source = intake::source_of(excerpt, line);
        if (line.text.empty() || used.contains(source) || said_.contains(line.text)) continue;
        if (dossier_.unused.size() < kMostUnused) {
          dossier_.unused.push_back(fmt::format("{}: {}", source, line.text));
        } else {
          ++dossier_.unused_left_out;
        }
      }
    }
  }

  const HandedIn& plan_;
  intake::IntakeOptions options_;
  Dossier dossier_;
  std::vector<intake::Excerpt> texts_;
  std::unordered_set<std::string> said_;
};

}  // namespace

Dossier take_evidence(const HandedIn& handed_in) { return Taker(handed_in).take(); }

}  // namespace km::readers
