# Warnings for our code; errors only for developers and CI (KM_DEVELOPER), never for packagers.
add_library(km_warnings INTERFACE)
target_compile_options(km_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Wconversion -Wno-sign-conversion
  -Wimplicit-fallthrough -Wnull-dereference)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Fires inside std:: and nlohmann at -O2 with g++ 12 (GCC bug 105329 and its kin), never on our own lines.
  target_compile_options(km_warnings INTERFACE -Wno-null-dereference -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(KM_DEVELOPER)
  target_compile_options(km_warnings INTERFACE -Werror)
endif()
