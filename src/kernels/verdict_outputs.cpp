// nbformat outputs, made by hand.
#include "kernels/verdict_outputs.h"

#include <utility>

namespace km::kernels {
namespace {

using jupyter::Json;

Json display(Json data) {
  return {{"output_type", "display_data"}, {"metadata", Json::object()}, {"data", std::move(data)}};
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

}  // namespace

Json verdict_display(const supervisor::Card& card) {
  Json data = {{"text/html", card.html}, {"text/plain", card.text}};
  if (auto report = jupyter::parse_json(card.json))
    data["application/vnd.kernelmedic.verdict+json"] = std::move(*report);
  return display(std::move(data));
}

Json error_output(std::string_view name, std::string_view value, std::string_view traceback) {
  Json lines = Json::array();
  while (!traceback.empty()) {
    const std::size_t end = traceback.find('\n');
    lines.push_back(std::string(traceback.substr(0, end)));
    if (end == std::string_view::npos) break;
    traceback.remove_prefix(end + 1);
  }
  return {{"output_type", "error"},
          {"ename", name},
          {"evalue", value},
          {"traceback", std::move(lines)}};
}

Json note_output(std::string_view sentence) {
  return display({{"text/html", "<div style=\"padding: 4px 8px; border-left: 4px solid #c77700\">" +
                                    escaped(sentence) + "</div>"},
                  {"text/plain", sentence}});
}

}  // namespace km::kernels
