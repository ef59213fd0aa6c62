# p3a_room() for the bare machine: the same sources and tests as cmake/P3aRoom.cmake, one library and
# one test program each, plus the compiler's notes on stack and calls that ports/rv32/budgets.py
# reads. Fuzzers (but for the codec's: CMakeLists.txt) and benches stay on the host.
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
# Sizes must not depend on where the repository lies: assert() keeps file names.
target_compile_options(p3a_options INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
set(CMAKE_CXX_LINK_EXECUTABLE # the C compiler links: Debian has no libstdc++.a for the machine
  "${CMAKE_C_COMPILER} -march=rv32imafc -mabi=ilp32f --specs=picolibc.specs \
--picolibc-buildtype=release --crt0=semihost --oslib=semihost -Wl,--wrap=malloc \
-Wl,--defsym=__flash=0x80000000,--defsym=__flash_size=0x800000 \
-Wl,--defsym=__ram=0x80800000,--defsym=__ram_size=0x8000000,--defsym=__stack_size=0x20000 \
<OBJECTS> -o <TARGET> <LINK_LIBRARIES> -lm")

add_library(p3a_machine OBJECT ${PROJECT_SOURCE_DIR}/ports/rv32/machine.cc)
target_link_libraries(p3a_machine PUBLIC p3a_options)
add_library(p3a_harness OBJECT ${PROJECT_SOURCE_DIR}/ports/rv32/harness.cc)
target_link_libraries(p3a_harness PUBLIC p3a_options)

function(p3a_room NAME)
  cmake_parse_arguments(ROOM "RESTRICTED" "" "LINK;TEST_LINK;APART" ${ARGN})
  file(GLOB SOURCES CONFIGURE_DEPENDS *.cc)
  set(TESTS ${SOURCES})
  list(FILTER TESTS INCLUDE REGEX "_test\\.cc$")
  list(FILTER SOURCES EXCLUDE REGEX "_(test|fuzz|bench)\\.cc$")
  set(LIB p3a_${NAME})
  add_library(${LIB} STATIC ${SOURCES})
  target_link_libraries(${LIB} PUBLIC p3a_options ${ROOM_LINK})
  target_compile_options(${LIB} PRIVATE -fcallgraph-info=su)
  if(TESTS)
    add_executable(${LIB}_test ${TESTS} $<TARGET_OBJECTS:p3a_harness> $<TARGET_OBJECTS:p3a_machine>)
    target_link_libraries(${LIB}_test PRIVATE ${LIB})
  endif()
  set_property(GLOBAL APPEND PROPERTY P3A_ROOMS ${LIB})
endfunction()
