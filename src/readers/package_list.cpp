// Reads package lists row by row.
#include "readers/package_list.h"

#include "readers/text.h"

#include <algorithm>
#include <array>

namespace km::readers {
namespace {

constexpr std::size_t kLongestName = 64;

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= kLongestName && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
         });
}

// What may hold a secret is no package, whatever its value looks like.
bool is_secret(std::string_view name) {
  const std::string text = evidence::lower(name);
  return has(text, "key") || has(text, "token") || has(text, "secret") || has(text, "passw") ||
         has(text, "credential");
}

// Sorted; a test checks it.
constexpr std::array<std::string_view, 56> kKnown{"accelerate",
                                                  "cudnn",
                                                  "cupy",
                                                  "duckdb",
                                                  "faiss",
                                                  "faiss-cpu",
                                                  "grpcio",
                                                  "h5py",
                                                  "ipykernel",
                                                  "ipython",
                                                  "jax",
                                                  "jax-metal",
                                                  "jaxlib",
                                                  "jupyter-client",
                                                  "jupyter-core",
                                                  "jupyter-server",
                                                  "jupyterhub",
                                                  "jupyterlab",
                                                  "keras",
                                                  "lightgbm",
                                                  "llvmlite",
                                                  "matplotlib",
                                                  "ml-dtypes",
                                                  "mlx",
                                                  "nbclient",
                                                  "nbconvert",
                                                  "netcdf4",
                                                  "notebook",
                                                  "numba",
                                                  "numpy",
                                                  "onnx",
                                                  "onnxruntime",
                                                  "opencv-python",
                                                  "pandas",
                                                  "polars",
                                                  "protobuf",
                                                  "pyarrow",
                                                  "pyqt5",
                                                  "pytorch",
                                                  "pyzmq",
                                                  "scikit-learn",
                                                  "scipy",
                                                  "spacy",
                                                  "tensorflow",
                                                  "tensorflow-cpu",
                                                  "tensorflow-gpu",
                                                  "tensorflow-intel",
                                                  "tensorflow-macos",
                                                  "tensorflow-metal",
                                                  "tf-keras",
                                                  "torch",
                                                  "torchvision",
                                                  "tornado",
                                                  "traitlets",
                                                  "transformers",
                                                  "xgboost"};

std::string_view up_to(std::string_view text, std::string_view stops) {
  return text.substr(0, text.find_first_of(stops));
}

// "1.21.2", and conda's "py39_0" is none.
void add(std::string_view name, std::string_view version, Reading& reading) {
  if (is_name(name) && is_version(version) && !is_secret(name)) reading.package(name, version);
}

bool is_dashes(std::string_view text) {
  return text.size() > 3 && text.find_first_not_of("- ") == std::string_view::npos;
}

// "Successfully installed numpy-1.26.4 tensorflow-2.15.0"
bool read_installed(std::string_view line, Reading& reading) {
  constexpr std::string_view kHead = "Successfully installed ";
  if (!line.starts_with(kHead)) return false;
  constexpr std::size_t kMost = 500;
  for (const std::string_view word : fields_of(line.substr(kHead.size()), kMost)) {
    const std::size_t dash = word.rfind('-');
    if (dash != std::string_view::npos) add(word.substr(0, dash), word.substr(dash + 1), reading);
  }
  return true;
}

// The first thing after `head`, with a requirement but without pip's remarks.
std::string requirement_after(std::string_view line, std::string_view head) {
  const std::size_t place = line.find(head);
  if (place == std::string_view::npos) return {};
  std::string_view rest = trimmed(line.substr(place + head.size()));
  rest = trimmed(rest.substr(0, rest.find(" (")));
  rest = up_to(rest, ";\"'");
  if (!is_name(up_to(rest, "<>=!~[ "))) return {};
  std::string wanted;
  for (const char c : rest) {
    if (c != ' ') wanted += c;
  }
  constexpr std::size_t kLongest = 100;
  return wanted.size() <= kLongest ? evidence::lower(wanted) : std::string{};
}

}  // namespace

bool is_known_package(std::string_view name) {
  std::string key = evidence::lower(name);
  std::replace(key.begin(), key.end(), '_', '-');
  return std::binary_search(kKnown.begin(), kKnown.end(), key);
}

std::optional<PackageLine> frozen_package(std::string_view line) {
  line = trimmed(line);
  const std::size_t sign = line.find("==");
  if (sign != std::string_view::npos) {
    const std::string_view name = up_to(line.substr(0, sign), "[");
    const std::string_view version = up_to(line.substr(sign + 2), " ;");
    if (is_name(name) && is_version(version)) return PackageLine{name, version};
    return std::nullopt;
  }
  const std::size_t at = line.find(" @ ");
  if (at == std::string_view::npos || !is_name(line.substr(0, at))) return std::nullopt;
  if (!has(line.substr(at), "://")) return std::nullopt;
  return PackageLine{line.substr(0, at), {}};
}

std::optional<PackageLine> keyed_package(std::string_view line) {
  line = trimmed(line);
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 2));
  if (!is_name(name) || is_secret(name)) return std::nullopt;
  if (is_version(value)) return PackageLine{name, value};
  const bool bare = value == "present" || value == "installed" || value.starts_with(">=") ||
                    is_known_package(name);
  const bool one_word = value.size() <= kLongestName && !has(value, " ");
  if (bare && one_word) return PackageLine{name, {}};
  return std::nullopt;
}

std::string wanted_package(std::string_view line) {
  // "tensorflow==2.10.0 has no wheels with a matching Python version tag" (uv)
  constexpr std::string_view kUv = " has no wheels with a matching ";
  if (const std::size_t place = line.find(kUv); place != std::string_view::npos) {
    const std::string_view before = line.substr(0, place);
    return requirement_after(before.substr(before.find_last_of(" \t") + 1), "");
  }
  // "Unable to find installation candidates for tensorflow (2.10.0)" (poetry)
  constexpr std::string_view kPoetry = "Unable to find installation candidates for ";
  if (const std::size_t place = line.find(kPoetry); place != std::string_view::npos) {
    std::string wanted = requirement_after(line, kPoetry);
    const std::size_t open = line.find(" (", place);
    if (wanted.empty() || open == std::string_view::npos) return wanted;
    const std::string_view version = up_to(line.substr(open + 2), ")");
    return is_version(version) ? wanted + "==" + std::string(version) : wanted;
  }
  for (const std::string_view head : {"Could not find a version that satisfies the requirement ",
                                      "No matching distribution found for "}) {
    std::string wanted = requirement_after(line, head);
    if (!wanted.empty()) return wanted;
  }
  return {};
}

// A line that says what the following ones are.
bool PackageReader::open(std::string_view line, Reading& reading) {
  if (line.starts_with("# packages in environment at")) {
    table_ = Table::conda;
    reading.told("python.install", "conda");
    return true;
  }
  if (line.starts_with("== check pips ==")) {
    table_ = Table::checked;
    return true;
  }
  const auto words = fields_of(line, 4);
  if (words.size() >= 2 && words[0] == "Package" && words[1] == "Version") {
    table_ = Table::pip;
    return true;
  }
  return false;
}

bool PackageReader::row(std::string_view line, Reading& reading) {
  if (table_ == Table::none) return false;
  if (line.starts_with('#') || is_dashes(line)) return true;
  const auto words = fields_of(line, 8);
  // Of names like "_libgcc_mutex" nobody asks, yet the table goes on.
  const bool fits = words.size() >= 2 && is_version(words[1]);
  if (!fits) {
    table_ = Table::none;
    return false;
  }
  add(words[0], words[1], reading);
  return true;
}

// "Name: numpy" and "Version: 2.1.3" of pip show.
bool PackageReader::shown(std::string_view line, Reading& reading) {
  constexpr std::string_view kName = "Name: ";
  constexpr std::string_view kVersion = "Version: ";
  if (line.starts_with(kName)) {
    const std::string_view name = trimmed(line.substr(kName.size()));
    shown_name_ = is_name(name) ? std::string(name) : std::string{};
    return true;
  }
  const bool version = !shown_name_.empty() && line.starts_with(kVersion);
  if (version) add(shown_name_, trimmed(line.substr(kVersion.size())), reading);
  shown_name_.clear();
  return version;
}

bool PackageReader::line(std::string_view line, Reading& reading) {
  const std::string_view text = trimmed(line);
  if (not_found_ && text.starts_with("- ")) {
    const std::string wanted = requirement_after(text, "- ");
    if (!wanted.empty()) reading.told("python.wanted", wanted);
    return true;
  }
  if (!text.empty()) not_found_ = false;
  if (text.starts_with("PackagesNotFoundError:")) {
    not_found_ = true;
    return true;
  }
  if (const std::string wanted = wanted_package(text); !wanted.empty()) {
    reading.told("python.wanted", wanted);
    return true;
  }
  if (open(text, reading) || row(text, reading)) return true;
  // "[pip3] numpy==1.24.3", "[conda] numpy  1.24.3  py39h1f4a23e_0  conda-forge" (collect_env)
  if (text.starts_with("[pip") || text.starts_with("[conda]")) {
    const std::string_view rest =
        trimmed(text.substr(std::min(text.find(']'), text.size() - 1) + 1));
    if (const auto frozen = frozen_package(rest)) add(frozen->name, frozen->version, reading);
    const auto words = fields_of(rest, 3);
    if (words.size() >= 2) add(words[0], words[1], reading);
    if (text.starts_with("[conda]")) reading.told("python.install", "conda");
    return true;
  }
  if (const auto frozen = frozen_package(text)) {
    if (!is_secret(frozen->name)) reading.package(frozen->name, frozen->version);
    return true;
  }
  return read_installed(text, reading) || shown(text, reading);
}

}  // namespace km::readers
