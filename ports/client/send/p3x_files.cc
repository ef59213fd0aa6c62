// p3a-send encode, decode and inspect: .p3x files from pictures, pictures from them, and where
// their bits go.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "ports/client/send/commands.h"
#include "ports/client/send/p3x_file.h"
#include "ports/client/send/picture_source.h"
#include "ports/png/png_writer.h"

namespace p3a::sender {
namespace {

constexpr std::uint32_t kFramesPlayed = ImageLimits{}.max_frames;

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

// Beside the name first: a file that was there stays whole until the new one is.
Status write_file(const std::string& path, ByteView bytes) {
  const std::string part = path + ".part";
  errno = 0;
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(part, path, error);
  if (file && !error) return {};
  const int why = error ? error.value() : errno;
  std::filesystem::remove(part, error);
  return fail(ErrorCode::kStorageUnavailable, std::string_view(path),
              " cannot be written: ", std::string_view(std::strerror(why)));
}

Result<P3xFileReader> open_p3x_file(const std::string& path) {
  auto file = open_picture_file(path);
  if (!file) return std::unexpected(file.error());
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;
  if ((*file)->size() > kMaxBytes) return fail(ErrorCode::kDecodeLimit, "It is above 1 GiB.");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>((*file)->size()));
  if ((*file)->read_at(0, bytes) != bytes.size())
    return fail(ErrorCode::kDecodeFailed, "It cannot be read to its end.");
  return P3xFileReader::open(std::move(bytes));
}

int complain(Console& console, const std::string& what, const Error& error) {
  console.say("p3a-send: " + what + std::string(error.message.view()));
  return kExitFailed;
}

// Every picture of the files once, of one size.
Status encode_all(PictureSource& source, std::optional<P3xFileWriter>& writer, Size& size,
                  std::uint32_t& frames) {
  for (;;) {
    const auto picture = source.next({});
    if (!picture) return std::unexpected(picture.error());
    if (picture->pixels == nullptr) return {};
    const Size here{picture->width, picture->height};
    if (!writer) {
      auto begun = P3xFileWriter::begin(size = here);
      if (!begun) return std::unexpected(begun.error());
      writer.emplace(*std::move(begun));
    }
    if (here != size)
      return fail(ErrorCode::kLengthMismatch, "a P3X file has one size: the first picture is ",
                  size.width, " x ", size.height, ", picture ", frames + 1, " is ", here.width,
                  " x ", here.height);
    const auto* const pixels = static_cast<const std::uint8_t*>(picture->pixels);
    const p3x::RgbPicture rgb{pixels, size, size.width * std::size_t{3}};
    if (const Status added = writer->add(rgb, source.hold()); !added) return added;
    ++frames;
  }
}

std::string type_name(p3x::FrameType type) {
  constexpr std::string_view kNames[] = {"repeat", "delta", "key", "regrid"};
  return std::string(kNames[static_cast<std::size_t>(type)]);
}

// Black, blue, red, yellow, white: from nothing to the dearest pixel, by the square root.
std::array<std::uint8_t, 3> heat(double share) {
  constexpr double kStops[][3] = {
      {0, 0, 0}, {32, 32, 160}, {208, 32, 64}, {255, 208, 48}, {255, 255, 255}};
  const double at = std::sqrt(std::clamp(share, 0.0, 1.0)) * 4;
  const auto stop = std::min(static_cast<std::size_t>(at), std::size_t{3});
  std::array<std::uint8_t, 3> color{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double mix = kStops[stop][i] +
                       (kStops[stop + 1][i] - kStops[stop][i]) * (at - static_cast<double>(stop));
    color[i] = static_cast<std::uint8_t>(std::lround(mix));
  }
  return color;
}

Status write_heat(const std::string& path, Size size, const std::vector<double>& costs) {
  const double most = *std::ranges::max_element(costs);
  std::vector<std::uint8_t> row(std::size_t{size.width} * 3), png;
  const auto rows = [&](std::uint32_t y) {
    for (std::uint32_t x = 0; x < size.width; ++x) {
      const double cost = costs[std::size_t{y} * size.width + x];
      std::ranges::copy(heat(most > 0 ? cost / most : 0), row.begin() + x * std::ptrdiff_t{3});
    }
    return ByteView(row);
  };
  if (const Status made = write_png(size, rows, png); !made) return made;
  return write_file(path, png);
}

struct Totals {
  std::array<std::uint32_t, 4> frames{};
  std::array<std::uint64_t, 4> bytes{};
};

std::string totals_words(const P3xHeader& header, const Totals& totals) {
  std::string words = std::to_string(header.size.width) + " x " +
                      std::to_string(header.size.height) + " pixels, " +
                      std::to_string(header.frames) + " frames, " +
                      std::to_string(header.index_offset - kP3xHeaderBytes) + " bytes of frames";
  for (std::size_t i = 0; i < totals.frames.size(); ++i)
    if (totals.frames[i] > 0)
      words += "\n  " + type_name(static_cast<p3x::FrameType>(i)) + ": " +
               std::to_string(totals.frames[i]) + " frames, " +
               number(static_cast<double>(totals.bytes[i]) / totals.frames[i]) + " bytes each";
  return words;
}

std::string totals_json(const P3xHeader& header, const Totals& totals) {
  std::string json = "{\"width\":" + std::to_string(header.size.width) +
                     ",\"height\":" + std::to_string(header.size.height) +
                     ",\"frames\":" + std::to_string(header.frames);
  for (std::size_t i = 0; i < totals.frames.size(); ++i) {
    const std::string name = type_name(static_cast<p3x::FrameType>(i));
    json += ",\"" + name + "\":{\"frames\":" + std::to_string(totals.frames[i]) +
            ",\"bytes\":" + std::to_string(totals.bytes[i]) + "}";
  }
  return json + "}";
}

std::string frame_line(std::uint32_t index, const P3xFrame& frame) {
  return std::to_string(index) + " " + type_name(frame.type) + " " +
         std::to_string(frame.entry.bytes) + " bytes, " + std::to_string(frame.cells.width) +
         " x " + std::to_string(frame.cells.height) + " cells, " +
         number(static_cast<double>(frame.entry.delay.count()) / 1000) + " ms";
}

}  // namespace

int run_encode(const SendOptions& options, Console& console) {
  bool left_out = false;
  PictureSource source(options.source, [&](const std::string& news) {
    console.say("p3a-send: " + news);
    left_out = true;
  });
  std::optional<P3xFileWriter> writer;
  Size size;
  std::uint32_t frames = 0;
  if (const Status done = encode_all(source, writer, size, frames); !done)
    return complain(console, "", done.error());
  if (!writer) return kExitFailed;
  const auto file = writer->finish();
  if (const Status written = write_file(options.out, file); !written)
    return complain(console, "", written.error());
  console.say(options.out + ": " + std::to_string(size.width) + " x " +
              std::to_string(size.height) + ", " + std::to_string(frames) + " frames, " +
              std::to_string(file.size()) + " bytes");
  if (frames > kFramesPlayed)
    console.say("p3a-send: a display plays files of up to " + std::to_string(kFramesPlayed) +
                " frames");
  return left_out ? kExitFailed : kExitDone;
}

int run_decode(const SendOptions& options, Console& console) {
  auto reader = open_p3x_file(options.files.front());
  if (!reader) return complain(console, options.files.front() + ": ", reader.error());
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  std::vector<std::uint8_t> png;
  const Size size = reader->header().size;
  for (std::uint32_t index = 0;; ++index) {
    const auto frame = reader->next();
    if (!frame) return complain(console, options.files.front() + ": ", frame.error());
    if (!*frame) break;
    const std::size_t stride = size.width * std::size_t{3};
    const auto rows = [&](std::uint32_t y) { return reader->pixels().subspan(y * stride, stride); };
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "/%06u.png", index);
    Status written = write_png(size, rows, png);
    if (written) written = write_file(options.out + name.data(), png);
    if (!written) return complain(console, "", written.error());
  }
  console.say(options.out + ": " + std::to_string(reader->header().frames) + " pictures");
  return kExitDone;
}

int run_inspect(const SendOptions& options, Console& console) {
  auto reader = open_p3x_file(options.files.front());
  if (!reader) return complain(console, options.files.front() + ": ", reader.error());
  Totals totals;
  std::vector<double> costs(reader->header().size.pixels());
  for (std::uint32_t index = 0;; ++index) {
    const auto frame = reader->next(&costs);
    if (!frame) return complain(console, options.files.front() + ": ", frame.error());
    if (!*frame) break;
    ++totals.frames[static_cast<std::size_t>((*frame)->type)];
    totals.bytes[static_cast<std::size_t>((*frame)->type)] += (*frame)->entry.bytes;
    if (!options.json) console.print(frame_line(index, **frame));
  }
  console.print(options.json ? totals_json(reader->header(), totals)
                             : totals_words(reader->header(), totals));
  if (options.out.empty()) return kExitDone;
  if (const Status drawn = write_heat(options.out, reader->header().size, costs); !drawn)
    return complain(console, "", drawn.error());
  console.say(options.out + ": where the bits go, black nothing, white most");
  return kExitDone;
}

}  // namespace p3a::sender
