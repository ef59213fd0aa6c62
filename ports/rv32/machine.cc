#include "ports/rv32/machine.h"

#include <cstdio>
#include <cstdlib>
#include <new>

namespace p3a::rv32 {
namespace {

constexpr std::size_t kMarkedBytes = 48u << 10;
constexpr std::uint32_t kMark = 0xA5C3'3C5A;

std::uint32_t allocation_count = 0;

/// The lowest marked word below a frame.
volatile std::uint32_t* marked(void* frame) {
  return reinterpret_cast<volatile std::uint32_t*>(reinterpret_cast<std::uintptr_t>(frame) -
                                                   kMarkedBytes);
}

}  // namespace

std::uint64_t instructions() {
  std::uint32_t high = 0, low = 0, again = 0;
  do {
    asm volatile("csrr %0, minstreth" : "=r"(high));
    asm volatile("csrr %0, minstret" : "=r"(low));
    asm volatile("csrr %0, minstreth" : "=r"(again));
  } while (high != again);
  return std::uint64_t{high} << 32 | low;
}

std::uint32_t allocations() { return allocation_count; }

// Neither calls anything, so that what lies below their frames is what the measured code has used.
[[gnu::noinline]] void mark_stack() {
  auto* const frame = static_cast<std::uint32_t*>(__builtin_frame_address(0));
  for (volatile std::uint32_t* word = marked(frame); word < frame - 8; ++word) *word = kMark;
}

[[gnu::noinline]] std::size_t stack_depth() {
  auto* const frame = static_cast<std::uint32_t*>(__builtin_frame_address(0));
  volatile std::uint32_t* word = marked(frame);
  while (word < frame && *word == kMark) ++word;
  return reinterpret_cast<std::uintptr_t>(frame) - reinterpret_cast<std::uintptr_t>(word);
}

}  // namespace p3a::rv32

// What the C++ runtime would bring. Tests allocate; core/ must not, which the budgets show.
extern "C" {
void* __real_malloc(std::size_t size);
void* __wrap_malloc(std::size_t size);
void* __wrap_malloc(std::size_t size) {
  ++p3a::rv32::allocation_count;
  return __real_malloc(size);
}
[[noreturn]] void __cxa_pure_virtual();
void __cxa_pure_virtual() { std::abort(); }
}

void* operator new(std::size_t size) {
  if (void* const memory = std::malloc(size)) return memory;
  std::puts("out of memory");
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace std {

void __throw_length_error(const char* what) {
  std::puts(what);
  std::abort();
}
void __throw_out_of_range_fmt(const char* what, ...) {
  std::puts(what);
  std::abort();
}
void __throw_bad_alloc() {
  std::puts("out of memory");
  std::abort();
}
void __throw_bad_array_new_length() { __throw_bad_alloc(); }

}  // namespace std
