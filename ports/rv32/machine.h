// What the bare machine counts: instructions, allocations and the depth of the stack.
#pragma once

#include <cstddef>
#include <cstdint>

namespace p3a::rv32 {

/// Instructions since the machine was started; exact when QEMU runs with -icount.
std::uint64_t instructions();
/// Calls of operator new and malloc since the start.
std::uint32_t allocations();

/// Marks the stack below the caller, so that stack_depth() can tell how far it has been used.
void mark_stack();
/// Bytes of stack used below the caller of mark_stack() since.
std::size_t stack_depth();

}  // namespace p3a::rv32
