/* Puts one picture onto a display: show ADDRESS FILE; without a file, a white square by the stream.
 */
#include <p3a/p3a.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int show_file(const char* address, const char* name) {
  static unsigned char bytes[5 << 20];
  FILE* file = fopen(name, "rb");
  if (!file) return perror(name), 1;
  const size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  p3a_display* display = p3a_display_open(address, NULL);
  const int code = p3a_display_raw(display, bytes, size);
  if (code == P3A_OK) {
    puts(p3a_display_answer(display));
  } else {
    fprintf(stderr, "%s\n", p3a_last_error());
  }
  p3a_display_close(display);
  return code;
}

static int show_square(const char* address) {
  static unsigned char white[16 * 16 * 3];
  memset(white, 255, sizeof white);
  p3a_picture picture = {0};
  picture.struct_size = sizeof picture;
  picture.pixels = white;
  picture.width = picture.height = 16;
  picture.format = P3A_FORMAT_RGB888;

  p3a_stream_options options;
  p3a_stream_options_init(&options);
  options.encoding = P3A_ENCODING_PNG;
  p3a_stream* stream = p3a_stream_open(address, &options);
  if (!stream) return fprintf(stderr, "%s\n", p3a_last_error()), 1;
  int code = p3a_stream_submit(stream, &picture, 0);
  if (code == P3A_OK) code = p3a_stream_wait_shown(stream, 2000);
  if (code != P3A_OK) fprintf(stderr, "%s\n", p3a_last_error());
  p3a_stream_close(stream);
  return code;
}

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "usage: show ADDRESS [FILE]\n"), 2;
  return argc > 2 ? show_file(argv[1], argv[2]) : show_square(argv[1]);
}
