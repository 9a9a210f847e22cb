# One warning list for everything we own. Third-party headers come in as SYSTEM.
add_library(gw_warnings INTERFACE)
target_compile_options(gw_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wunused -Wnull-dereference -Wextra-semi -Wimplicit-fallthrough)
if(GW_WERROR)
  target_compile_options(gw_warnings INTERFACE -Werror)
endif()

# Flags every translation unit shares, or the precompiled header could not be shared.
add_library(gw_flags INTERFACE)
target_include_directories(gw_flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_definitions(gw_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_BOOST_COROUTINE
  GW_VERSION="${PROJECT_VERSION}")
target_compile_options(gw_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-omit-frame-pointer>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # ccache refuses a precompiled header that carries its build time.
  target_compile_options(gw_flags INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
endif()

# Tests are compiled more often than they run, and compiling them is most of the suite's time: theirs is not
# optimized. What they test is, and so are simulation and fuzz targets, which play thousands of cases.
add_library(gw_optimized INTERFACE)
add_library(gw_unoptimized INTERFACE)
if(GW_SANITIZE)
  # fuzzer-no-link here, so that one tree serves unit tests, simulation and fuzz targets.
  target_compile_options(gw_optimized INTERFACE -O1 -fsanitize=address,undefined,fuzzer-no-link
    -fno-sanitize-recover=undefined)
  target_compile_options(gw_unoptimized INTERFACE -O0 -fsanitize=address,undefined
    -fno-sanitize-recover=undefined)
  target_link_options(gw_flags INTERFACE -fsanitize=address,undefined)
else()
  target_compile_options(gw_unoptimized INTERFACE -O0)
endif()
