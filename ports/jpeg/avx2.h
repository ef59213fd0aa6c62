// Functions marked P3A_AVX2 run only where has_avx2() says so: they are compiled for a newer
// processor than the rest of the program. Where P3A_HAVE_AVX2 is 0 there are none.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)  // clang says so too
#include <immintrin.h>
#define P3A_HAVE_AVX2 1
#define P3A_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt")))
#define P3A_AVX2_INLINE __attribute__((target("avx2,bmi,bmi2,lzcnt"), always_inline)) inline
#else
#define P3A_HAVE_AVX2 0
#endif

namespace p3a::jpeg {

inline bool has_avx2() {
#if P3A_HAVE_AVX2
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt");
#else
  return false;
#endif
}

}  // namespace p3a::jpeg
