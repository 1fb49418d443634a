// A shared library that is opened at run time: what comes with a driver or with the system alone.
#pragma once

#include "os/handle.h"

#include <cstddef>
#include <dlfcn.h>

namespace km::os {

struct LibraryTraits {
  using Value = void*;
  static constexpr std::nullptr_t none = nullptr;
  static void close(Value library) noexcept { ::dlclose(library); }
};
using Library = Handle<LibraryTraits>;

// False where the library has no such function.
template <class Function>
bool find(const Library& library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(::dlsym(library.get(), name));
  return function != nullptr;
}

}  // namespace km::os
