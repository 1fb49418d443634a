#include "jupyter/wrapping.h"

#include "jupyter/kernelspec.h"
#include "jupyter/utf8.h"

#include <array>
#include <fmt/format.h>
#include <sodium.h>
#include <utility>

namespace km::jupyter {
namespace {

constexpr std::string_view kPlace = "{connection_file}";
constexpr std::string_view kPrivatePlace = "{private_connection_file}";
constexpr std::string_view kDigestLine = "# kernel.json: ";

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string quoted(const std::string& text) {
  return "'" + replace_all(text, "'", R"('\'')") + "'";
}

Json& object_at(Json& parent, const char* name) {
  Json& child = parent[name];
  if (!child.is_object()) child = Json::object();
  return child;
}

void drop_curve(Json& metadata) {
  Json kept = Json::array();
  for (const Json& kind : member(metadata, "supported_encryption")) {
    if (kind != "curve") kept.push_back(kind);
  }
  metadata.erase("supported_encryption");
  if (!kept.empty()) metadata["supported_encryption"] = std::move(kept);
}

}  // namespace

Result<std::string> wrapped_spec(std::string_view original, const Wrapping& wrapping) {
  KM_ASSIGN(const KernelSpec spec, parse_kernelspec(original, wrapping.from.parent_path()));
  KM_ASSIGN(Json json,
            parse_json(utf8_error(original) == std::string_view::npos ? std::string(original)
                                                                      : clean_utf8(original)));
  if (!wrapping_of(original).is_null())
    return fail(fmt::format("{} is supervised already", wrapping.from.string()));
  Json argv = {wrapping.shim.string(), "kernel", "-f", kPlace};
  for (const auto& option : wrapping.options) argv.push_back(option);
  argv.push_back("--");
  const std::string resources = wrapping.from.parent_path().string();
  bool placed = false;
  for (std::size_t i = 0; i < spec.argv.size(); ++i) {
    std::string word = replace_all(spec.argv[i], "{resource_dir}", resources);
    placed = placed || word.find(kPlace) != std::string::npos;
    if (i == 0 && !wrapping.python.empty()) word = wrapping.python;
    argv.push_back(replace_all(std::move(word), kPlace, kPrivatePlace));
  }
  if (!placed) return fail(fmt::format("{}: its argv has no {}", wrapping.from.string(), kPlace));
  json["argv"] = std::move(argv);
  json["display_name"] = wrapping.display_name;
  Json& metadata = object_at(json, "metadata");
  if (!wrapping.curve) drop_curve(metadata);
  if (!wrapping.python.empty() && member(member(metadata, "interpreter"), "path").is_null())
    object_at(metadata, "interpreter")["path"] = wrapping.python;
  metadata["kernelmedic"] = {{"version", wrapping.version},
                             {"kernel", wrapping.name},
                             {"spec", wrapping.from.string()},
                             {"argv", spec.argv}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json wrapping_of(std::string_view spec) {
  const auto json = parse_json(spec);
  return json ? member(member(*json, "metadata"), "kernelmedic") : Json();
}

std::string shim_text(const std::filesystem::path& program, std::string_view digest) {
  return fmt::format(
      R"sh(#!/bin/sh
# Starts a kernel under kernelmedic; where that is gone, the kernel as it was.
{}{}
program={}
if [ -x "$program" ]; then exec "$program" "$@"; fi
# kernel -f FILE [option...] -- COMMAND...
file=$3
while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
[ $# -eq 0 ] || shift
for word; do
  shift
  case $word in
    *'{{private_connection_file}}'*) word=${{word%%\{{private_connection_file\}}*}}$file${{word#*\{{private_connection_file\}}}} ;;
  esac
  set -- "$@" "$word"
done
exec "$@"
)sh",
      kDigestLine, digest, quoted(program.string()));
}

std::string digest_in(std::string_view shim) {
  const auto at = shim.find(kDigestLine);
  if (at == std::string_view::npos) return {};
  const auto rest = shim.substr(at + kDigestLine.size());
  return std::string(rest.substr(0, rest.find('\n')));
}

std::filesystem::path program_in(std::string_view shim) {
  constexpr std::string_view kLine = "\nprogram='";
  const auto at = shim.find(kLine);
  if (digest_in(shim).empty() || at == std::string_view::npos) return {};
  const auto rest = shim.substr(at + kLine.size());
  const auto end = rest.find("'\n");
  return replace_all(std::string(rest.substr(0, end)), R"('\'')", "'");
}

std::string digest_of(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(),
                     static_cast<const unsigned char*>(static_cast<const void*>(text.data())),
                     text.size());
  std::array<char, crypto_hash_sha256_BYTES * 2 + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return {hex.data(), hex.size() - 1};
}

std::string medic_name(std::string display_name) {
  if (!display_name.empty() && display_name.back() == ')') {
    const auto bracket = display_name.rfind(" (");
    if (bracket != std::string::npos && bracket > 0) display_name.resize(bracket);
  }
  return display_name + " (medic)";
}

}  // namespace km::jupyter
