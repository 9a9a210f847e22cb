# gw_module(name SRCS … [TESTS …] DEPS …): the library gw_<name> and, from the _test.cpp files that sit
# beside the sources, the program bin/unit/<name>_test.
add_library(gw_pch OBJECT "${CMAKE_SOURCE_DIR}/src/pch.cpp")
target_link_libraries(gw_pch PUBLIC gw_flags gw_optimized gw_warnings Boost::boost)
target_precompile_headers(gw_pch PUBLIC "$<$<COMPILE_LANGUAGE:CXX>:${CMAKE_SOURCE_DIR}/src/pch.hpp>")

if(GW_TESTS)
  add_library(gw_test_pch OBJECT EXCLUDE_FROM_ALL "${CMAKE_SOURCE_DIR}/src/pch.cpp")
  target_link_libraries(gw_test_pch PUBLIC gw_flags gw_unoptimized gw_warnings Boost::boost GTest::gmock)
  target_precompile_headers(gw_test_pch PUBLIC "$<$<COMPILE_LANGUAGE:CXX>:${CMAKE_SOURCE_DIR}/src/test_pch.hpp>")
endif()

# What ./dev builds by name: all programs of one suite, so that nobody waits for the other suites.
foreach(suite unit sim contract e2e fault fuzz)
  add_custom_target(${suite}_suite)
endforeach()

function(gw_own_target name)
  target_link_libraries(${name} PRIVATE gw_flags gw_optimized gw_warnings)
  target_precompile_headers(${name} REUSE_FROM gw_pch)
endfunction()

function(gw_own_tests name)
  target_link_libraries(${name} PRIVATE gw_flags gw_unoptimized gw_warnings)
  target_precompile_headers(${name} REUSE_FROM gw_test_pch)
endfunction()

function(gw_module name)
  cmake_parse_arguments(ARG "" "" "SRCS;TESTS;DEPS" ${ARGN})
  add_library(gw_${name} STATIC ${ARG_SRCS})
  target_link_libraries(gw_${name} PUBLIC ${ARG_DEPS})
  gw_own_target(gw_${name})
  if(GW_TESTS AND ARG_TESTS)
    gw_test(unit ${name}_test SRCS ${ARG_TESTS} DEPS gw_${name})
  endif()
endfunction()

# gw_test(suite name SRCS … DEPS …): a GoogleTest program under bin/<suite>/, where ./dev test finds it.
function(gw_test suite name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  if(suite STREQUAL sim)
    gw_own_target(${name})
  else()
    gw_own_tests(${name})
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin/${suite}")
  add_dependencies(${suite}_suite ${name})
endfunction()
