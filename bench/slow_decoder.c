/* Loaded before libjpeg (LD_PRELOAD) by script/bench slope: a decoder that takes at least 21 ms for
 * a picture, whatever the machine can do. It sleeps, so that half an hour of it costs no core. */
#define _GNU_SOURCE
/* jpeglib.h wants stdio.h before it: */
/* clang-format off */
#include <stdio.h>
#include <jpeglib.h>
/* clang-format on */
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

boolean jpeg_finish_decompress(j_decompress_ptr info) {
  static boolean (*finish)(j_decompress_ptr);
  if (finish == NULL) {
    void* found = dlsym(RTLD_NEXT, "jpeg_finish_decompress");
    memcpy(&finish, &found, sizeof finish); /* ISO C has no cast from an object's to a function's */
  }
  const struct timespec pause = {.tv_sec = 0, .tv_nsec = 21000000};
  nanosleep(&pause, NULL);
  return finish(info);
}
