# km_room(NAME SOURCES a.cpp ... [USES km_os ...] [TESTS a_test.cpp ...] [TEST_USES km_fakes ...])
# One folder below src/ = one static library km_NAME and, with KM_TESTS, one gtest program km_NAME_test.
function(km_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;PRIVATE_USES;TESTS;TEST_USES" ${ARGN})
  add_library(km_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(km_${name} PUBLIC ${ROOM_USES} tl::expected PRIVATE ${ROOM_PRIVATE_USES} km_settings km_warnings fmt::fmt-header-only)
  if(KM_TESTS AND ROOM_TESTS)
    add_executable(km_${name}_test ${ROOM_TESTS})
    target_link_libraries(km_${name}_test PRIVATE km_${name} ${ROOM_TEST_USES} ${ROOM_PRIVATE_USES} km_settings km_warnings
                          fmt::fmt-header-only GTest::gtest GTest::gmock GTest::gtest_main)
    gtest_discover_tests(km_${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
  endif()
endfunction()
