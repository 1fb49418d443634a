// JSON log lines and quoted texts as the lines that were once written.
#include "readers/unwrap.h"

#include "evidence/secrets.h"
#include "intake/clean_line.h"
#include "jupyter/json_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace km::readers {
namespace {

// Where logging programs keep the text: Colab, Docker, Bunyan and zap, Stackdriver, GELF.
constexpr std::array<std::string_view, 5> kMessageFields{"msg", "log", "message", "textPayload",
                                                         "short_message"};

std::optional<std::string> message_in(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || line[begin] != '{' || line.back() != '}')
    return std::nullopt;
  const bool may_have_one =
      std::any_of(kMessageFields.begin(), kMessageFields.end(), [&](std::string_view field) {
        return line.find("\"" + std::string(field) + "\"") != std::string_view::npos;
      });
  if (!may_have_one) return std::nullopt;
  const auto json = jupyter::parse_json(line.substr(begin));
  if (!json || !json->is_object()) return std::nullopt;
  for (const std::string_view field : kMessageFields) {
    const auto found = json->find(field);
    if (found != json->end() && found->is_string()) return found->get<std::string>();
  }
  return std::nullopt;
}

// What stands before most lines of a quoted text; empty where nothing does.
std::string_view quote_of(const intake::Excerpt& excerpt) {
  for (const std::string_view quote : {"> ", "E   ", "E "}) {
    std::size_t with = 0;
    std::size_t lines = 0;
    for (const intake::ExcerptLine& line : excerpt.lines) {
      if (line.text.empty()) continue;
      ++lines;
      if (line.text.starts_with(quote)) ++with;
    }
    if (with >= 2 && with * 2 > lines) return quote;
  }
  return {};
}

}  // namespace

intake::Excerpt unwrapped(intake::Excerpt excerpt) {
  const std::string_view quote = quote_of(excerpt);
  std::vector<intake::ExcerptLine> lines;
  lines.reserve(excerpt.lines.size());
  for (intake::ExcerptLine& line : excerpt.lines) {
    if (!quote.empty() && line.text.starts_with(quote)) line.text.erase(0, quote.size());
    if (const auto message = message_in(line.text)) {
      intake::each_line(*message, [&](std::string_view part) {
        lines.push_back({line.number, intake::clean_line(part)});
      });
    } else {
      lines.push_back(std::move(line));
    }
  }
  for (intake::ExcerptLine& line : lines) line.text = evidence::line_without_secrets(line.text);
  excerpt.lines = std::move(lines);
  return excerpt;
}

}  // namespace km::readers
