# One room = one folder = one static library `p3a_<room>`. Beside its sources stand x_test.cc (in one
# test program a room), x_fuzz.cc (one libFuzzer target each, replayed over its corpus in the tests)
# and x_bench.cc (one program each, built by the bench script only).
enable_testing()
include(GoogleTest)
if(NOT P3A_ONLY_OPERATOR)
  find_package(GTest REQUIRED)
endif()
find_package(benchmark QUIET)

# What nearly every test includes, read once instead of in each, and tests optimised as far as their loops over
# pixels want it: that halves the time that they take to compile.
add_library(p3a_test_options INTERFACE)
target_link_libraries(p3a_test_options INTERFACE p3a_options GTest::gtest)
target_compile_options(p3a_test_options INTERFACE $<$<CONFIG:Release>:-O1>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # In a precompiled header GCC 12 forgets which lines are the system's, and its false alarms there are no longer silent.
  target_compile_options(p3a_test_options INTERFACE -Wno-array-bounds -Wno-stringop-overflow -Wno-restrict)
endif()
if(NOT P3A_FUZZ AND NOT P3A_ONLY_OPERATOR)
  add_library(p3a_test_headers STATIC ${CMAKE_CURRENT_LIST_DIR}/test_headers.cc)
  target_link_libraries(p3a_test_headers PRIVATE p3a_test_options)
  # Compiled as programs are, or GCC does not take it for them.
  set_target_properties(p3a_test_headers PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(p3a_test_headers PRIVATE -fPIE)
  target_precompile_headers(p3a_test_headers PRIVATE
    <gtest/gtest.h> <algorithm> <array> <atomic> <chrono> <cstdint> <cstring> <expected> <functional> <memory>
    <optional> <string> <string_view> <thread> <vector>)
endif()

# p3a_room(NAME [RESTRICTED] [LINK targets...] [TEST_LINK targets...] [BENCH_LINK targets...])
# RESTRICTED: no exceptions, no RTTI, as on the chip.
function(p3a_room NAME)
  cmake_parse_arguments(ROOM "RESTRICTED" "" "LINK;TEST_LINK;BENCH_LINK" ${ARGN})
  file(GLOB SOURCES CONFIGURE_DEPENDS *.cc)
  if(NOT P3A_ONLY_OPERATOR)
    set(TESTS ${SOURCES})
    set(FUZZERS ${SOURCES})
    set(BENCHES ${SOURCES})
  endif()
  list(FILTER TESTS INCLUDE REGEX "_test\\.cc$")
  list(FILTER FUZZERS INCLUDE REGEX "_fuzz\\.cc$")
  list(FILTER BENCHES INCLUDE REGEX "_bench\\.cc$")
  list(FILTER SOURCES EXCLUDE REGEX "_(test|fuzz|bench)\\.cc$|/repository_file\\.cc$")

  set(LIB p3a_${NAME})
  if(SOURCES)
    add_library(${LIB} STATIC ${SOURCES})
    target_link_libraries(${LIB} PUBLIC p3a_options ${ROOM_LINK})
    if(ROOM_RESTRICTED AND NOT MSVC)
      # UBSan checks what objects are by their type information; rooms without any would fail it.
      target_compile_options(${LIB} PRIVATE -fno-exceptions)
      if(NOT P3A_SANITIZE)
        target_compile_options(${LIB} PRIVATE -fno-rtti)
      endif()
    endif()
  else()
    add_library(${LIB} INTERFACE)
    target_link_libraries(${LIB} INTERFACE p3a_options ${ROOM_LINK})
  endif()

  if(TESTS AND NOT P3A_FUZZ)
    add_executable(${LIB}_test ${TESTS})
    target_link_libraries(${LIB}_test PRIVATE ${LIB} ${ROOM_TEST_LINK} p3a_repository_file p3a_test_options
      GTest::gtest_main)
    target_precompile_headers(${LIB}_test REUSE_FROM p3a_test_headers)
    gtest_discover_tests(${LIB}_test TEST_PREFIX ${NAME}/ DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300)
  endif()

  foreach(SOURCE ${FUZZERS})
    get_filename_component(TARGET ${SOURCE} NAME_WE)
    if(P3A_FUZZ)
      add_executable(${TARGET} ${SOURCE})
      target_link_options(${TARGET} PRIVATE -fsanitize=fuzzer)
    else()
      add_executable(${TARGET} ${SOURCE} ${PROJECT_SOURCE_DIR}/fuzz/replay.cc)
      string(REGEX REPLACE "_fuzz$" "" CORPUS ${TARGET})
      add_test(NAME fuzz/${CORPUS} COMMAND ${TARGET} ${PROJECT_SOURCE_DIR}/fuzz/corpus/${CORPUS})
    endif()
    target_link_libraries(${TARGET} PRIVATE ${LIB} ${ROOM_TEST_LINK})
  endforeach()

  foreach(SOURCE ${BENCHES})
    get_filename_component(TARGET ${SOURCE} NAME_WE)
    if(benchmark_FOUND AND NOT P3A_FUZZ)
      add_executable(${TARGET} EXCLUDE_FROM_ALL ${SOURCE})
      target_link_libraries(${TARGET} PRIVATE ${LIB} ${ROOM_TEST_LINK} ${ROOM_BENCH_LINK}
        p3a_repository_file benchmark::benchmark benchmark::benchmark_main)
    endif()
  endforeach()
endfunction()

# A program that users run; `script/build` leaves it in build/bin/.
add_custom_target(programs)
function(p3a_program NAME)
  cmake_parse_arguments(PROGRAM "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${NAME} ${PROGRAM_SOURCES})
  target_link_libraries(${NAME} PRIVATE ${PROGRAM_LINK})
  if(P3A_BIN_DIR)
    set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${P3A_BIN_DIR})
  endif()
  add_dependencies(programs ${NAME})
  install(TARGETS ${NAME} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
