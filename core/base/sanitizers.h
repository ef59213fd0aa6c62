// Whether this is compiled with AddressSanitizer or ThreadSanitizer: P3A_ADDRESS_SANITIZER and
// P3A_THREAD_SANITIZER are 0 or 1, with GCC, which defines macros for them, and with clang, which
// answers questions. For what a sanitizer's runtime makes impossible, nothing else.
#pragma once

#if defined(__has_feature)
#define P3A_ADDRESS_SANITIZER __has_feature(address_sanitizer)
#define P3A_THREAD_SANITIZER __has_feature(thread_sanitizer)
#else
#ifdef __SANITIZE_ADDRESS__
#define P3A_ADDRESS_SANITIZER 1
#else
#define P3A_ADDRESS_SANITIZER 0
#endif
#ifdef __SANITIZE_THREAD__
#define P3A_THREAD_SANITIZER 1
#else
#define P3A_THREAD_SANITIZER 0
#endif
#endif
