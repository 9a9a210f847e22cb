# check_headers: compiles every header of src/ alone and without the precompiled header, which would
# hide a missing include. Built by ./dev lint and ./dev test all, in the sanitizer tree only.
if(NOT GW_SANITIZE)
  return()
endif()

file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}/src/*.hpp")
set(units)
foreach(header IN LISTS headers)
  set(unit "${CMAKE_BINARY_DIR}/headers/${header}.cpp")
  file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"${header}\"\n")
  list(APPEND units "${unit}")
endforeach()
add_library(check_headers OBJECT EXCLUDE_FROM_ALL ${units})
target_link_libraries(check_headers PRIVATE gw_flags gw_warnings gw_app)
