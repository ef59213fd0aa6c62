// GoogleTest's basic macros for the chip: TEST, EXPECT_* and ASSERT_* (TRUE, FALSE, EQ, NE, LT, LE,
// GT, GE). GoogleTest itself needs iostream and threads, which the chip has not.
//
// The tests of core/ are written once and run here and on the host. A failed check prints its place
// and both values; a test fails when one of its checks does; main() is in ports/rv32/harness.cc.
#pragma once

#include <string_view>
#include <type_traits>

namespace p3a::rv32 {

struct Test {
  Test(const char* test_suite, const char* test_name, void (*test_body)());
  const char* suite;
  const char* name;
  void (*body)();
  Test* next = nullptr;
};

/// Remembers that the running test has failed, and says where.
void failed(const char* file, int line, const char* expression);
void print_value(long long value);
void print_value(unsigned long long value);
void print_value(std::string_view value);
void print_pointer(const void* value);
void print_bytes(const void* value, unsigned size);

template <class T>
void print_side(const char* side, const T& value) {
  print_value(std::string_view(side));
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    print_value(std::string_view(value));
  } else if constexpr (std::is_enum_v<T>) {
    print_value(static_cast<long long>(value));
  } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    print_value(static_cast<long long>(value));
  } else if constexpr (std::is_integral_v<T>) {
    print_value(static_cast<unsigned long long>(value));
  } else if constexpr (std::is_pointer_v<T>) {
    print_pointer(value);
  } else {
    print_bytes(&value, sizeof value);
  }
  print_value("\n");
}

/// Takes and drops what a test writes behind a check; assigned to, so that ASSERT_* may return it.
struct Words {
  template <class T>
  Words& operator<<(const T&) {
    return *this;
  }
};
struct Check {
  void operator=(const Words&) const {}
};

template <class A, class B, class Holds>
bool compare(const A& a, const B& b, Holds holds, const char* file, int line, const char* text) {
  if (holds(a, b)) return true;
  failed(file, line, text);
  print_side("  left:  ", a);
  print_side("  right: ", b);
  return false;
}
inline bool expect(bool holds, const char* file, int line, const char* text) {
  if (!holds) failed(file, line, text);
  return holds;
}

}  // namespace p3a::rv32

#define TEST(suite, name)                                                                        \
  static void p3a_test_##suite##_##name();                                                       \
  static ::p3a::rv32::Test p3a_entry_##suite##_##name(#suite, #name, p3a_test_##suite##_##name); \
  static void p3a_test_##suite##_##name()

#define P3A_EXPECT(held) \
  if (held)              \
    ;                    \
  else                   \
    ::p3a::rv32::Check() = ::p3a::rv32::Words()
#define P3A_ASSERT(held) \
  if (held)              \
    ;                    \
  else                   \
    return ::p3a::rv32::Check() = ::p3a::rv32::Words()

#define P3A_TRUTH(expression, wanted) \
  ::p3a::rv32::expect(static_cast<bool>(expression) == wanted, __FILE__, __LINE__, #expression)
#define P3A_COMPARED(a, op, b)                                                                     \
  ::p3a::rv32::compare(                                                                            \
      a, b, [](const auto& left, const auto& right) { return left op right; }, __FILE__, __LINE__, \
      #a " " #op " " #b)

#define EXPECT_TRUE(expression) P3A_EXPECT(P3A_TRUTH(expression, true))
#define EXPECT_FALSE(expression) P3A_EXPECT(P3A_TRUTH(expression, false))
#define EXPECT_EQ(a, b) P3A_EXPECT(P3A_COMPARED(a, ==, b))
#define EXPECT_NE(a, b) P3A_EXPECT(P3A_COMPARED(a, !=, b))
#define EXPECT_LT(a, b) P3A_EXPECT(P3A_COMPARED(a, <, b))
#define EXPECT_LE(a, b) P3A_EXPECT(P3A_COMPARED(a, <=, b))
#define EXPECT_GT(a, b) P3A_EXPECT(P3A_COMPARED(a, >, b))
#define EXPECT_GE(a, b) P3A_EXPECT(P3A_COMPARED(a, >=, b))
#define ASSERT_TRUE(expression) P3A_ASSERT(P3A_TRUTH(expression, true))
#define ASSERT_FALSE(expression) P3A_ASSERT(P3A_TRUTH(expression, false))
#define ASSERT_EQ(a, b) P3A_ASSERT(P3A_COMPARED(a, ==, b))
#define ASSERT_NE(a, b) P3A_ASSERT(P3A_COMPARED(a, !=, b))
#define ASSERT_LT(a, b) P3A_ASSERT(P3A_COMPARED(a, <, b))
#define ASSERT_LE(a, b) P3A_ASSERT(P3A_COMPARED(a, <=, b))
#define ASSERT_GT(a, b) P3A_ASSERT(P3A_COMPARED(a, >, b))
#define ASSERT_GE(a, b) P3A_ASSERT(P3A_COMPARED(a, >=, b))
