# What every target is compiled with. Warnings are errors; the sanitizers come from the presets.
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 17)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(P3A_FUZZ "Build the libFuzzer targets (wants clang)" OFF)
set(P3A_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")
set(P3A_BIN_DIR "" CACHE PATH "Where programs are left; empty: inside the build tree")

add_library(p3a_options INTERFACE)
target_include_directories(p3a_options INTERFACE ${PROJECT_SOURCE_DIR})
if(MSVC) # clang-cl, for the TouchDesigner plugin: to it, -Wall means every warning that there is
  target_compile_options(p3a_options INTERFACE /W3 /EHsc)
  target_compile_definitions(p3a_options INTERFACE NOMINMAX WIN32_LEAN_AND_MEAN _WIN32_WINNT=0x0A00)
else()
  target_compile_options(p3a_options INTERFACE
    -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Wold-style-cast -Wnull-dereference -Wdouble-promotion -Wformat=2)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # pkg-config defines it for some libraries (it means nothing any more), and GCC takes a precompiled header only
  # where the same is defined.
  target_compile_definitions(p3a_options INTERFACE _REENTRANT)
  # False alarms of GCC 12: from inlined std::variant and coroutine frames, and from the system's own lines, which it
  # no longer knows for the system's once they come out of a precompiled header.
  target_compile_options(p3a_options INTERFACE
    -Wno-null-dereference -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
  if(P3A_SANITIZE)
    # And from what the sanitizers have rewritten. Asio's fences are more than ThreadSanitizer looks at (-Wtsan).
    target_compile_options(p3a_options INTERFACE -Wno-maybe-uninitialized -Wno-tsan)
  endif()
endif()
# Our own mistakes stop the program in every build: asserts stay on in release, libstdc++ checks
# its cheap preconditions.
foreach(KIND RELEASE RELWITHDEBINFO)
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_${KIND} "${CMAKE_CXX_FLAGS_${KIND}}")
endforeach()
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  # Line numbers (-g1) are what a sanitizer's report needs. Not optimised: templates such as Beast's take the compiler a
  # third of the time. Where pixels are moved it is (P3A_RESTRICTED_OPTIONS), or the tests would take minutes.
  set(CMAKE_CXX_FLAGS_DEBUG "-g1")
  set(CMAKE_C_FLAGS_DEBUG "-g1")
  add_compile_options(-fno-omit-frame-pointer)
endif()
if(P3A_SANITIZE)
  add_compile_options(-fsanitize=${P3A_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${P3A_SANITIZE})
endif()
if(P3A_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(P3A_CCACHE ccache)
# The bare machine's budgets need the call graphs that GCC writes beside its objects; a cache keeps none.
if(P3A_CCACHE AND NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "riscv32")
  # Without these words it refuses whatever uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${P3A_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${P3A_CCACHE})
endif()
