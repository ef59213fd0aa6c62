// What other codecs need for a raw sequence: a line a codec with its name, the mean of bytes a
// frame, and how many frames it was asked for (codecs without memory are asked for every third
// one).
//   codec_peers FILE WIDTH HEIGHT
// FILE holds frames of R,G,B bytes. ZRLE and Tight are our own re-implementations of RFC 6143 and
// of TigerVNC's lossless Tight, with 16x16 change detection inside tiles of 64x64 and zlib streams
// that last. QOI is written from its specification. bench/codec.py reads the output.
#include <spng.h>
#include <turbojpeg.h>
#include <webp/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;

struct Frame {
  const std::uint8_t* rgb;
  int width, height;
  const std::uint8_t* at(int x, int y) const {
    return rgb + (std::size_t(y) * std::size_t(width) + std::size_t(x)) * 3;
  }
  std::size_t bytes() const { return std::size_t(width) * std::size_t(height) * 3; }
};

std::size_t png(const Frame& frame) {
  spng_ctx* const context = spng_ctx_new(SPNG_CTX_ENCODER);
  spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header{};
  header.width = std::uint32_t(frame.width);
  header.height = std::uint32_t(frame.height);
  header.color_type = SPNG_COLOR_TYPE_TRUECOLOR;
  header.bit_depth = 8;
  spng_set_ihdr(context, &header);
  spng_encode_image(context, frame.rgb, frame.bytes(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  std::size_t size = 0;
  int error = 0;
  std::free(spng_get_png_buffer(context, &size, &error));
  spng_ctx_free(context);
  return size;
}

std::size_t webp(const Frame& frame) {
  WebPConfig config;
  WebPPicture picture;
  WebPConfigInit(&config);
  WebPConfigLosslessPreset(&config, 3);
  WebPPictureInit(&picture);
  picture.use_argb = 1;
  picture.width = frame.width;
  picture.height = frame.height;
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  WebPPictureImportRGB(&picture, frame.rgb, frame.width * 3);
  WebPEncode(&config, &picture);
  const std::size_t size = writer.size;
  WebPPictureFree(&picture);
  WebPMemoryWriterClear(&writer);
  return size;
}

std::size_t jpeg(const Frame& frame) {
  static const tjhandle handle = tjInitCompress();
  unsigned char* out = nullptr;
  unsigned long size = 0;
  tjCompress2(handle, frame.rgb, frame.width, 0, frame.height, TJPF_RGB, &out, &size, TJSAMP_420,
              75, 0);
  tjFree(out);
  return size;
}

std::size_t qoi(const Frame& frame) {
  std::array<std::uint32_t, 64> seen{};
  std::uint32_t last = 0xFF000000;
  std::size_t size = 14 + 8;
  int run = 0;
  for (std::size_t i = 0; i < frame.bytes(); i += 3) {
    const int r = frame.rgb[i], g = frame.rgb[i + 1], b = frame.rgb[i + 2];
    const std::uint32_t pixel = std::uint32_t(r | g << 8 | b << 16) | 0xFF000000;
    if (pixel == last) {
      if (++run == 62) ++size, run = 0;
      continue;
    }
    if (run > 0) ++size, run = 0;
    const auto place = std::size_t(r * 3 + g * 5 + b * 7 + 255 * 11) % 64;
    const int dr = std::int8_t(r - int(last & 255)), dg = std::int8_t(g - int(last >> 8 & 255)),
              db = std::int8_t(b - int(last >> 16 & 255));
    const auto small = [](int d, int low, int high) { return d >= low && d <= high; };
    if (seen[place] == pixel || (small(dr, -2, 1) && small(dg, -2, 1) && small(db, -2, 1)))
      size += 1;
    else if (small(dg, -32, 31) && small(dr - dg, -8, 7) && small(db - dg, -8, 7))
      size += 2;
    else
      size += 4;
    seen[place] = last = pixel;
  }
  return size + (run > 0);
}

// A zlib stream that lasts.
class Deflate {
 public:
  Deflate() { deflateInit(&stream_, 6); }
  ~Deflate() { deflateEnd(&stream_); }
  Deflate(const Deflate&) = delete;
  std::size_t operator()(const Bytes& in) {
    Bytes out(in.size() + in.size() / 100 + 1000);
    stream_.next_in = const_cast<std::uint8_t*>(in.data());
    stream_.avail_in = uInt(in.size());
    stream_.next_out = out.data();
    stream_.avail_out = uInt(out.size());
    deflate(&stream_, Z_SYNC_FLUSH);
    return out.size() - stream_.avail_out;
  }

 private:
  z_stream stream_{};
};

struct Box {
  int left, top, right, bottom;
};

// The changed parts, one box of 16x16 steps in every tile of 64x64.
std::vector<Box> changes(const Frame& frame, const Bytes& before) {
  std::vector<Box> boxes;
  const auto differs = [&](int x, int y) {
    const std::size_t count = std::size_t(std::min(16, frame.width - x)) * 3;
    for (int v = y; v < std::min(y + 16, frame.height); ++v)
      if (std::memcmp(frame.at(x, v), before.data() + (frame.at(x, v) - frame.rgb), count) != 0)
        return true;
    return false;
  };
  for (int top = 0; top < frame.height; top += 64)
    for (int left = 0; left < frame.width; left += 64) {
      Box box{frame.width, frame.height, 0, 0};
      for (int y = top; y < std::min(top + 64, frame.height); y += 16)
        for (int x = left; x < std::min(left + 64, frame.width); x += 16)
          if (before.empty() || differs(x, y))
            box = {std::min(box.left, x), std::min(box.top, y),
                   std::max(box.right, std::min(x + 16, frame.width)),
                   std::max(box.bottom, std::min(y + 16, frame.height))};
      if (box.right > 0) boxes.push_back(box);
    }
  return boxes;
}

struct Tile {
  std::vector<std::uint32_t> pixels;
  std::map<std::uint32_t, int> palette;
};

Tile tile_of(const Frame& frame, const Box& box) {
  Tile tile;
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) {
      const std::uint8_t* const p = frame.at(x, y);
      const auto pixel = std::uint32_t(p[0] | p[1] << 8 | p[2] << 16);
      tile.pixels.push_back(pixel);
      tile.palette.emplace(pixel, int(tile.palette.size()));
    }
  return tile;
}

void put_pixel(Bytes& out, std::uint32_t pixel) {
  for (int i = 0; i < 3; ++i) out.push_back(std::uint8_t(pixel >> (8 * i)));
}

// RFC 6143, 7.7.6: the shortest of its ways before zlib.
void put_zrle_tile(const Tile& tile, int width, Bytes& out) {
  const auto colours = tile.palette.size();
  Bytes best(1, 0);
  for (const std::uint32_t pixel : tile.pixels) put_pixel(best, pixel);
  const auto consider = [&best](Bytes&& other) {
    if (other.size() < best.size()) best = std::move(other);
  };
  Bytes palette(1, std::uint8_t(colours));
  std::vector<std::uint32_t> ordered(colours);
  for (const auto& [pixel, index] : tile.palette) ordered[std::size_t(index)] = pixel;
  for (const std::uint32_t pixel : ordered) put_pixel(palette, pixel);
  if (colours == 1) consider(Bytes(palette));
  if (colours > 1 && colours <= 16) {
    const int bits = colours == 2 ? 1 : colours <= 4 ? 2 : 4;
    Bytes packed = palette;
    int column = 0, held = 0, filled = 0;
    for (const std::uint32_t pixel : tile.pixels) {
      held = held << bits | tile.palette.at(pixel);
      filled += bits;
      if (++column == width || filled == 8) {
        packed.push_back(std::uint8_t(held << (8 - filled)));
        held = filled = 0;
        if (column == width) column = 0;
      }
    }
    consider(std::move(packed));
  }
  Bytes plain(1, 128), indexed = palette;
  indexed[0] = std::uint8_t(colours + 128);
  for (std::size_t i = 0; i < tile.pixels.size();) {
    std::size_t run = 1;
    while (i + run < tile.pixels.size() && tile.pixels[i + run] == tile.pixels[i]) ++run;
    const Bytes length = [run] {
      Bytes bytes((run - 1) / 255, 255);
      bytes.push_back(std::uint8_t((run - 1) % 255));
      return bytes;
    }();
    put_pixel(plain, tile.pixels[i]);
    plain.insert(plain.end(), length.begin(), length.end());
    indexed.push_back(std::uint8_t(tile.palette.at(tile.pixels[i]) | (run > 1 ? 128 : 0)));
    if (run > 1) indexed.insert(indexed.end(), length.begin(), length.end());
    i += run;
  }
  consider(std::move(plain));
  if (colours > 1 && colours <= 127) consider(std::move(indexed));
  out.insert(out.end(), best.begin(), best.end());
}

class Zrle {
 public:
  std::size_t operator()(const Frame& frame) {
    const auto boxes = changes(frame, before_);
    std::size_t size = 4 + boxes.size() * 16;
    for (const Box& box : boxes) {
      Bytes data;
      put_zrle_tile(tile_of(frame, box), box.right - box.left, data);
      size += deflate_(data);
    }
    before_.assign(frame.rgb, frame.rgb + frame.bytes());
    return size;
  }

 private:
  Bytes before_;
  Deflate deflate_;
};

class Tight {
 public:
  std::size_t operator()(const Frame& frame) {
    const auto boxes = changes(frame, before_);
    std::size_t size = 4;
    for (const Box& box : boxes) {
      const Tile tile = tile_of(frame, box);
      size += 12 + 1;
      if (tile.palette.size() == 1) {
        size += 3;
        continue;
      }
      Bytes data;
      if (tile.palette.size() == 2) {
        const int width = box.right - box.left;
        for (std::size_t i = 0; i < tile.pixels.size(); ++i) {
          if (i % std::size_t(width) % 8 == 0) data.push_back(0);
          data.back() = std::uint8_t(data.back() | tile.palette.at(tile.pixels[i])
                                                       << (7 - i % std::size_t(width) % 8));
        }
        size += 2 + 6 + packed(data, 1);
      } else if (tile.palette.size() <= 256 && tile.palette.size() * 4 < tile.pixels.size()) {
        for (const std::uint32_t pixel : tile.pixels)
          data.push_back(std::uint8_t(tile.palette.at(pixel)));
        size += 2 + tile.palette.size() * 3 + packed(data, 2);
      } else {
        for (const std::uint32_t pixel : tile.pixels) put_pixel(data, pixel);
        size += packed(data, 0);
      }
    }
    before_.assign(frame.rgb, frame.rgb + frame.bytes());
    return size;
  }

 private:
  std::size_t packed(const Bytes& data, std::size_t stream) {
    return data.size() < 12 ? data.size() : 2 + deflates_[stream](data);
  }
  Bytes before_;
  std::array<Deflate, 3> deflates_;
};

class Zstd {
 public:
  Zstd() {
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, 3);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_windowLog, 23);
  }
  ~Zstd() { ZSTD_freeCCtx(context_); }
  Zstd(const Zstd&) = delete;
  std::size_t operator()(const Frame& frame) {
    Bytes out(ZSTD_compressBound(frame.bytes()) + 100);
    ZSTD_inBuffer in{frame.rgb, frame.bytes(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    while (ZSTD_compressStream2(context_, &to, &in, ZSTD_e_flush) != 0) {
    }
    return to.pos;
  }

 private:
  ZSTD_CCtx* const context_ = ZSTD_createCCtx();
};

struct Sum {
  double bytes = 0;
  int frames = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: codec_peers FILE WIDTH HEIGHT\n");
    return 2;
  }
  const int width = std::atoi(argv[2]), height = std::atoi(argv[3]);
  Bytes pixels(std::size_t(width) * std::size_t(height) * 3);
  std::FILE* const file = std::fopen(argv[1], "rb");
  if (file == nullptr) return 1;
  std::map<std::string, Sum> sums;
  const auto add = [&sums](const char* name, std::size_t bytes) {
    sums[name].bytes += double(bytes);
    ++sums[name].frames;
  };
  Zrle zrle;
  Tight tight;
  Zstd zstd;
  for (int i = 0; std::fread(pixels.data(), 1, pixels.size(), file) == pixels.size(); ++i) {
    const Frame frame{pixels.data(), width, height};
    add("zrle", zrle(frame));
    add("tight", tight(frame));
    add("zstd3-stream", zstd(frame));
    const std::size_t png_bytes = png(frame);
    add("png", png_bytes);
    std::printf("png-frame %zu %d\n", png_bytes, i);
    if (i % 3 != 0) continue;
    add("webp-lossless", webp(frame));
    add("qoi", qoi(frame));
    add("jpeg75", jpeg(frame));
  }
  std::fclose(file);
  for (const auto& [name, sum] : sums)
    std::printf("%s %.1f %d\n", name.c_str(), sum.bytes / sum.frames, sum.frames);
  return 0;
}
