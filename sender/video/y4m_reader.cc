#include "sender/video/y4m_reader.h"

#include <algorithm>
#include <charconv>

namespace p3a::sender {
namespace {

constexpr std::uint32_t kMaxSide = 4096;
constexpr std::size_t kMaxLine = 1024;
constexpr std::string_view kMagic = "YUV4MPEG2";

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "60000:1001"; "0:0" is how a stream says that it does not know.
std::optional<double> parse_rate(std::string_view text) {
  const auto colon = std::min(text.find(':'), text.size());
  const auto above = parse_number(text.substr(0, colon));
  const auto below = parse_number(text.substr(std::min(colon + 1, text.size())));
  if (!above || !below) return std::nullopt;
  if (*above == 0 || *below == 0) return 0;
  return static_cast<double>(*above) / static_cast<double>(*below);
}

Status read_chroma(std::string_view name, Y4mFormat& format) {
  constexpr std::string_view kHalf[] = {"420", "420jpeg", "420mpeg2", "420paldv"};
  format.full_chroma = name == "444";
  if (format.full_chroma || std::ranges::find(kHalf, name) != std::end(kHalf)) return {};
  return fail(ErrorCode::kUnsupportedFeature, "The video's pixels are \"C", name.substr(0, 32),
              "\"; 8-bit 4:2:0 and 4:4:4 are taken. With ffmpeg, add: -pix_fmt yuv420p");
}

Status read_parameter(std::string_view word, Y4mFormat& format) {
  const char name = word[0];
  const std::string_view value = word.substr(1);
  if (name == 'W' || name == 'H') {
    const auto number = parse_number(value);
    if (!number) return fail(ErrorCode::kInvalidValue, "The video's size is no number.");
    (name == 'W' ? format.size.width : format.size.height) = *number;
  } else if (name == 'F') {
    const auto rate = parse_rate(value);
    if (!rate) return fail(ErrorCode::kInvalidValue, "The video's frame rate is no fraction.");
    format.fps = *rate;
  } else if (name == 'C') {
    return read_chroma(value, format);
  } else if (word == "XCOLORRANGE=FULL") {
    format.full_range = true;
  }
  return {};  // interlacing, aspect and remarks change no pixel
}

std::uint8_t clamp(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

// BT.601 with 16 bits after the point.
struct Matrix {
  int black;
  int luma;
  int red_of_v;
  int green_of_u;
  int green_of_v;
  int blue_of_u;
};
constexpr Matrix kLimited{16, 76309, 104597, -25675, -53279, 132201};
constexpr Matrix kFull{0, 65536, 91881, -22554, -46802, 116130};

}  // namespace

Result<Y4mFormat> parse_y4m_header(std::string_view line) {
  if (!line.starts_with(kMagic) || (line.size() > kMagic.size() && line[kMagic.size()] != ' ')) {
    return fail(ErrorCode::kUnknownFormat,
                "This is no y4m video. With ffmpeg, end the command with: "
                "-pix_fmt yuv420p -f yuv4mpegpipe -");
  }
  Y4mFormat format;
  for (std::string_view rest = line.substr(kMagic.size()); !rest.empty();) {
    rest.remove_prefix(1);
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    if (word.empty()) continue;
    if (const Status read = read_parameter(word, format); !read) {
      return std::unexpected(read.error());
    }
  }
  if (format.size.pixels() == 0) return fail(ErrorCode::kInvalidValue, "The video has no size.");
  if (format.size.width > kMaxSide || format.size.height > kMaxSide) {
    return fail(ErrorCode::kDimensionsTooLarge, "The video has ", format.size.width, " x ",
                format.size.height, " pixels; ", kMaxSide, " a side are taken.");
  }
  return format;
}

void y4m_to_rgb(const Y4mFormat& format, ByteView planes, ByteSpan rgb) {
  const Matrix matrix = format.full_range ? kFull : kLimited;
  const Size size = format.size;
  const Size chroma = format.chroma_size();
  const unsigned shift = format.full_chroma ? 0 : 1;
  const std::uint8_t* luma = planes.data();
  std::uint8_t* to = rgb.data();
  for (std::uint32_t y = 0; y < size.height; ++y, luma += size.width) {
    const std::size_t chroma_row = std::size_t{y >> shift} * chroma.width;
    const std::uint8_t* u_row = planes.data() + size.pixels() + chroma_row;
    const std::uint8_t* v_row = u_row + chroma.pixels();
    for (std::uint32_t x = 0; x < size.width; ++x, to += 3) {
      const int grey = (luma[x] - matrix.black) * matrix.luma + 32768;
      const int u = u_row[x >> shift] - 128;
      const int v = v_row[x >> shift] - 128;
      to[0] = clamp((grey + v * matrix.red_of_v) >> 16);
      to[1] = clamp((grey + u * matrix.green_of_u + v * matrix.green_of_v) >> 16);
      to[2] = clamp((grey + u * matrix.blue_of_u) >> 16);
    }
  }
}

std::optional<std::string> Y4mReader::read_line() {
  std::string line;
  for (std::uint8_t letter = 0; line.size() <= kMaxLine; line += static_cast<char>(letter)) {
    if (input_.read({&letter, 1}) == 0) return std::nullopt;
    if (letter == '\n') return line;
  }
  return std::nullopt;
}

Result<Y4mFormat> Y4mReader::open() {
  // The magic word first: what is something else altogether need not be searched for a line's end.
  std::string start(kMagic.size(), '\0');
  const std::size_t have =
      read_full(input_, {reinterpret_cast<std::uint8_t*>(start.data()), start.size()});
  if (have == 0) return fail(ErrorCode::kEmptyBody, "No video came in.");
  std::optional<std::string> rest;
  if (start == kMagic) rest = read_line();
  const auto format = parse_y4m_header(rest ? start + *rest : "");
  if (!format) return std::unexpected(format.error());
  format_ = *format;
  planes_.resize(format_.frame_bytes());
  return format_;
}

Result<bool> Y4mReader::next(ByteSpan rgb) {
  std::uint8_t first = 0;
  if (input_.read({&first, 1}) == 0) return false;
  const auto rest = read_line();
  if (first != 'F' || !rest || !(*rest == "RAME" || rest->starts_with("RAME "))) {
    return fail(ErrorCode::kDecodeFailed, "The video is damaged: no frame begins where one must.");
  }
  if (read_full(input_, planes_) < planes_.size()) {
    return fail(ErrorCode::kDecodeFailed, "The video ends in the middle of a frame.");
  }
  y4m_to_rgb(format_, planes_, rgb);
  return true;
}

}  // namespace p3a::sender
