// Errors as values: what every function that can fail returns.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>
#include <utility>

namespace km {

// A failure with a sentence that grows outward as it travels up:
// "cannot read the notebook a.ipynb: No such file or directory".
struct Error {
  std::string what;           // complete sentence without a full stop, for people
  std::error_code code = {};  // the system's reason where there is one

  // The same error, seen from further out: `context`: `what`.
  [[nodiscard]] Error within(std::string_view context) && {
    what.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }
};

template <class T = void>
using Result = tl::expected<T, Error>;

// `what`, without a system reason.
inline tl::unexpected<Error> fail(std::string what) {
  return tl::make_unexpected(Error{std::move(what), {}});
}

// `what`: the text of errno (or of `error`, where a call returns it).
inline tl::unexpected<Error> fail_errno(std::string_view what, int error = errno) {
  const std::error_code code(error, std::generic_category());
  return tl::make_unexpected(Error{std::string(what) + ": " + code.message(), code});
}

}  // namespace km

// NOLINTBEGIN(bugprone-macro-parentheses): both macros declare names
#define KM_CONCAT_(a, b) a##b
#define KM_CONCAT(a, b) KM_CONCAT_(a, b)

// Returns from the function with the error of `expression`, if it has one.
#define KM_TRY(expression)                                                    \
  do {                                                                        \
    auto km_result = (expression);                                            \
    if (!km_result) return tl::make_unexpected(std::move(km_result).error()); \
  } while (false)

// `declaration` = the value of `expression`, or return its error.
#define KM_ASSIGN(declaration, expression) \
  KM_ASSIGN_(KM_CONCAT(km_result_, __LINE__), declaration, expression)
#define KM_ASSIGN_(result, declaration, expression)                   \
  auto result = (expression);                                         \
  if (!result) return tl::make_unexpected(std::move(result).error()); \
  declaration = std::move(result).value()
// NOLINTEND(bugprone-macro-parentheses)
