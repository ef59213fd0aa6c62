// Runs the tests that are linked in and ends with "N passed, N failed"; a failure is the exit code.
#include <gtest/gtest.h>

#include <cstdio>

#include "ports/rv32/machine.h"

namespace p3a::rv32 {
namespace {

// Set before any constructor runs, so that tests may enter themselves in any order.
Test* first = nullptr;
Test** last = &first;
bool running_failed = false;

}  // namespace

Test::Test(const char* test_suite, const char* test_name, void (*test_body)())
    : suite(test_suite), name(test_name), body(test_body) {
  *last = this;
  last = &next;
}

void failed(const char* file, int line, const char* expression) {
  running_failed = true;
  std::printf("%s:%d: does not hold: %s\n", file, line, expression);
}
void print_value(long long value) { std::printf("%lld", value); }
void print_value(unsigned long long value) { std::printf("%llu", value); }
void print_value(std::string_view value) {
  std::printf("%.*s", static_cast<int>(value.size()), value.data());
}
void print_pointer(const void* value) { std::printf("%p", value); }
void print_bytes(const void* value, unsigned size) {
  const auto* bytes = static_cast<const unsigned char*>(value);
  for (unsigned i = 0; i < size; ++i) std::printf("%02x", bytes[i]);
}

}  // namespace p3a::rv32

int main() {
  using namespace p3a::rv32;
  int passed = 0, lost = 0;
  for (const Test* test = first; test != nullptr; test = test->next) {
    running_failed = false;
    test->body();
    ++(running_failed ? lost : passed);
    if (running_failed) std::printf("FAILED %s.%s\n", test->suite, test->name);
  }
  std::printf("%d passed, %d failed\n", passed, lost);
  return lost == 0 && passed > 0 ? 0 : 1;
}
