// Families of x86-64 processors from before AVX2, by their names.
#include "readers/environment_cpu.h"

#include "readers/environment_reading.h"

#include <array>

namespace km::readers {
namespace {

enum class Age { before_avx, avx, avx_and_fma };

struct Family {
  std::string_view name;
  Age age;
};

// Names that no later processor carries.
constexpr std::array kFamilies{Family{"qemu virtual cpu", Age::before_avx},
                               Family{"common kvm processor", Age::before_avx},
                               Family{"kvm64", Age::before_avx},
                               Family{"qemu64", Age::before_avx},
                               Family{"core2", Age::before_avx},
                               Family{"core 2", Age::before_avx},
                               Family{"nehalem", Age::before_avx},
                               Family{"westmere", Age::before_avx},
                               Family{"phenom", Age::before_avx},
                               Family{"athlon ii", Age::before_avx},
                               Family{"athlon 64", Age::before_avx},
                               Family{"opteron 61", Age::before_avx},
                               Family{"opteron processor 61", Age::before_avx},
                               Family{"pentium dual", Age::before_avx},
                               Family{"pentium d", Age::before_avx},
                               Family{"pentium 4", Age::before_avx},
                               Family{"sandy bridge", Age::avx},
                               Family{"sandybridge", Age::avx},
                               Family{"ivy bridge", Age::avx},
                               Family{"ivybridge", Age::avx},
                               Family{"opteron 62", Age::avx},
                               Family{"opteron processor 62", Age::avx},
                               Family{"opteron 63", Age::avx_and_fma},
                               Family{"opteron processor 63", Age::avx_and_fma},
                               Family{"fx-83", Age::avx_and_fma}};

// The digits at `at`, and how many there are.
struct Number {
  std::string_view digits;
  std::string_view rest;
};
Number number_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return {text.substr(at, end - at), text.substr(end)};
}

// "i7-3770", "i5-750": Core of three digits is Nehalem, 2xxx Sandy Bridge, 3xxx Ivy Bridge.
std::optional<Age> age_of_core(std::string_view text) {
  for (const char* name : {"i3-", "i5-", "i7-"}) {
    const std::size_t place = text.find(name);
    if (place == std::string_view::npos) continue;
    const std::string_view digits = number_at(text, place + 3).digits;
    if (digits.size() == 3) return Age::before_avx;
    if (digits.size() == 4 && (digits[0] == '2' || digits[0] == '3')) return Age::avx;
  }
  return std::nullopt;
}

// "Xeon X5660", "Xeon E7-4830": four digits after the letter are Westmere and older, E3 and E5
// without "v3" or later have AVX alone, E7 without "v2" has none.
std::optional<Age> age_of_xeon(std::string_view text) {
  const std::size_t xeon = text.find("xeon");
  if (xeon == std::string_view::npos) return std::nullopt;
  const std::string_view name = text.substr(xeon);
  for (const char* letter : {" x", " e", " l"}) {
    const std::size_t place = name.find(letter);
    if (place == std::string_view::npos) continue;
    const Number number = number_at(name, place + 2);
    if (number.digits.size() == 4) return Age::before_avx;
    if (number.digits.size() != 1 || !number.rest.starts_with('-')) continue;
    const Number model = number_at(number.rest, 1);
    if (model.digits.size() != 4) continue;
    const std::size_t revision = model.rest.find('v');
    const bool has_revision = revision <= 2;  // not so where there is none
    const char step =
        has_revision && revision + 1 < model.rest.size() ? model.rest[revision + 1] : '1';
    if (step >= '3') return std::nullopt;
    if (number.digits == "7" && step == '1') return Age::before_avx;
    return Age::avx;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<std::string>> lacks_of_model(std::string_view model) {
  std::string text = evidence::lower(model);
  for (const std::string_view mark : {"(r)", "(tm)"}) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
      text.erase(at, mark.size());
    }
  }
  std::optional<Age> age = age_of_core(text);
  if (!age) age = age_of_xeon(text);
  for (const Family& family : kFamilies) {
    // Of several processors in one text the newest counts: the others lack no less.
    if (text.find(family.name) != std::string::npos && (!age || *age < family.age)) {
      age = family.age;
    }
  }
  if (!age) return std::nullopt;
  switch (*age) {
    case Age::before_avx:
      return std::vector<std::string>{"avx", "avx2", "avx512f", "fma"};
    case Age::avx:
      return std::vector<std::string>{"avx2", "avx512f", "fma"};
    case Age::avx_and_fma:
      break;
  }
  return std::vector<std::string>{"avx2", "avx512f"};
}

}  // namespace km::readers
