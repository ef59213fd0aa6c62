# RV32IMAFC without an operating system: the ESP32-P4's instruction set, with Debian's compiler and
# picolibc, run by QEMU. Debian has no C++ library for it; libstdc++'s headers are the host's, which
# is the same GCC, and ports/rv32/include holds what they want of the machine.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)

execute_process(COMMAND g++ -dumpmachine OUTPUT_VARIABLE HOST OUTPUT_STRIP_TRAILING_WHITESPACE)
set(MACHINE "-march=rv32imafc -mabi=ilp32f")
set(CMAKE_C_FLAGS_INIT "${MACHINE} --specs=picolibc.specs")
# No --specs here: it would put the C headers before the C++ headers that #include_next them.
string(JOIN " " CMAKE_CXX_FLAGS_INIT
  "${MACHINE} -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti -fno-threadsafe-statics"
  "-fno-use-cxa-atexit -ftls-model=local-exec -nostdinc++"
  "-isystem ${CMAKE_CURRENT_LIST_DIR}/include"
  "-isystem /usr/include/c++/12 -isystem /usr/include/${HOST}/c++/12"
  "-isystem /usr/lib/picolibc/riscv64-unknown-elf/include")
