# What nearly every source includes, read once instead of in each: that is a third of what a build costs.
# Sources still include what they use: the bare machine's build, the plugin's, the fuzzers' and clang-tidy know no such header.
option(P3A_PRECOMPILE "Precompile the standard headers" ON)

# One for each way to compile, since GCC takes a header only where the options are the same:
#   p3a_headers             libraries
#   p3a_restricted_headers  rooms without exceptions and RTTI
#   p3a_program_headers     programs that are no tests
#   p3a_test_headers        tests
function(p3a_header_library NAME)
  cmake_parse_arguments(HEADER "POSITION_DEPENDENT" "" "LINK;OPTIONS;MORE" ${ARGN})
  add_library(${NAME} STATIC ${PROJECT_SOURCE_DIR}/cmake/headers.cc)
  target_link_libraries(${NAME} PRIVATE p3a_options ${HEADER_LINK})
  target_compile_options(${NAME} PRIVATE ${HEADER_OPTIONS})
  if(HEADER_POSITION_DEPENDENT) # compiled as programs are
    set_target_properties(${NAME} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${NAME} PRIVATE -fPIE)
  endif()
  target_precompile_headers(${NAME} PRIVATE ${HEADER_MORE}
    <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint> <cstring> <deque> <expected> <functional>
    <map> <memory> <mutex> <optional> <span> <string> <string_view> <thread> <utility> <variant> <vector>)
endfunction()

# p3a_use_headers(TARGET HEADERS): TARGET is compiled with that library's header.
function(p3a_use_headers TARGET HEADERS)
  if(TARGET ${HEADERS})
    target_precompile_headers(${TARGET} REUSE_FROM ${HEADERS})
  endif()
endfunction()

# For rooms without exceptions and RTTI, as on the chip. UBSan checks what objects are by their type information; rooms
# without any would fail it. These rooms are where pixels are moved, so they are optimised for debugging too.
set(P3A_RESTRICTED_OPTIONS $<$<CONFIG:Debug>:-Og>)
if(NOT MSVC)
  list(APPEND P3A_RESTRICTED_OPTIONS -fno-exceptions)
  if(NOT P3A_SANITIZE)
    list(APPEND P3A_RESTRICTED_OPTIONS -fno-rtti)
  endif()
endif()

if(P3A_PRECOMPILE AND NOT P3A_FUZZ AND NOT P3A_ONLY_OPERATOR)
  p3a_header_library(p3a_headers)
  p3a_header_library(p3a_restricted_headers OPTIONS ${P3A_RESTRICTED_OPTIONS})
  p3a_header_library(p3a_program_headers POSITION_DEPENDENT)
  p3a_header_library(p3a_test_headers POSITION_DEPENDENT LINK p3a_test_options MORE <gtest/gtest.h>)
endif()
