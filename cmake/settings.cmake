# What every target of ours is built with. Third-party code does not link km_settings.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 11)
  message(FATAL_ERROR "kernelmedic is C++20: g++ 11 or later is needed, this is ${CMAKE_CXX_COMPILER_VERSION}. "
                      "On Debian and Ubuntu: apt-get install g++")
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_program(KM_CCACHE ccache)
if(KM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${KM_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${KM_CCACHE}")
endif()

add_library(km_settings INTERFACE)
target_compile_features(km_settings INTERFACE cxx_std_20)
target_include_directories(km_settings INTERFACE "${CMAKE_SOURCE_DIR}/src")
# fmt is used as a header: one library less to match at run time.
target_compile_definitions(km_settings INTERFACE FMT_HEADER_ONLY=1 KM_VERSION="${PROJECT_VERSION}")
# Paths of the building machine stay out of the binary, and ccache hits across checkouts.
target_compile_options(km_settings INTERFACE "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
