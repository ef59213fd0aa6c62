#include "ports/client/send/picture_source.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/compose/placement.h"
#include "ports/client/send/picture_list.h"

namespace p3a::sender {
namespace {

constexpr std::uint32_t kMaxSide = 2048;  // of what is streamed
constexpr ImageLimits kLimits{.max_width = 8192, .max_height = 8192, .max_frames = 65535};

class PathFile final : public ReadableFile {
 public:
  PathFile(std::ifstream file, std::uint64_t size) : file_(std::move(file)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, ByteSpan out) override {
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(offset));
    file_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
    return static_cast<std::size_t>(file_.gcount());
  }

 private:
  std::ifstream file_;
  std::uint64_t size_;
};

Size streamed_size(Size size) {
  if (size.width <= kMaxSide && size.height <= kMaxSide) return size;
  return place(size, {kMaxSide, kMaxSide}, Fit::kContain).target.size();
}

}  // namespace

Result<std::unique_ptr<ReadableFile>> open_picture_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return fail(ErrorCode::kNotFound, "There is no such file.");
  if (!std::filesystem::is_regular_file(status))
    return fail(ErrorCode::kNotFound, "It is no file.");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (!file || error) {
    return fail(ErrorCode::kNotFound, "It cannot be read: ", std::string_view(std::strerror(errno)),
                ".");
  }
  return std::make_unique<PathFile>(std::move(file), size);
}

PictureSource::PictureSource(const StreamSource& source,
                             std::function<void(const std::string&)> tell)
    : source_(source), tell_(std::move(tell)) {}

Result<PixelView> PictureSource::next(Micros) {
  for (;;) {
    if (!picture_ || done_) {
      picture_.reset();
      if (file_ == files_.size()) {
        if (!shown_in_round_) {
          return fail(ErrorCode::kDecodeFailed,
                      "There is no picture to be streamed: name PNG, APNG, JPEG, WebP, GIF or P3X "
                      "files, or a folder with some.");
        }
        if (!begin_round()) return PixelView{};
        continue;
      }
      if (!open_next()) continue;
    }
    if (const Status shown = show_frame(); !shown) {
      leave_out(shown.error());
      continue;
    }
    return PixelView{.pixels = rgb_.data(),
                     .width = size_.width,
                     .height = size_.height,
                     .stride = 0,
                     .format = InputFormat::kRgb888,
                     .bottom_up = false};
  }
}

bool PictureSource::begin_round() {
  if (source_.rounds != 0 && rounds_ == source_.rounds) return false;
  ++rounds_;
  files_ = list_pictures(source_.files);
  file_ = 0;
  shown_in_round_ = false;
  return true;
}

bool PictureSource::open_next() {
  auto file = open_picture_file(files_[file_]);
  auto picture = file ? decoders_.open(*std::move(file), kLimits)
                      : Result<std::unique_ptr<Picture>>(std::unexpected(file.error()));
  if (!picture) {
    leave_out(picture.error());
    return false;
  }
  picture_ = *std::move(picture);
  done_ = false;
  shown_for_ = {};
  size_ = streamed_size(picture_->info().size);
  rgb_.resize(size_.pixels() * 3);
  return true;
}

Status PictureSource::show_frame() {
  View view;
  view.fit = Fit::kStretch;
  const Canvas canvas{rgb_.data(), size_, std::size_t{size_.width} * 3, PixelFormat::kRgb888};
  const auto frame = picture_->next(view, canvas);
  if (!frame) return std::unexpected(frame.error());
  const bool still = !picture_->info().animated;
  const bool alone = files_.size() == 1;
  const Micros dwell(static_cast<std::int64_t>(source_.dwell_s * 1e6));
  hold_ = still ? dwell : frame->delay;
  shown_for_ += hold_;
  shown_in_round_ = true;
  done_ = frame->last && (alone || shown_for_ >= dwell);
  if (done_) ++file_;
  return {};
}

void PictureSource::leave_out(const Error& why) {
  const std::string& path = files_[file_++];
  picture_.reset();
  if (!told_.insert(path).second) return;
  tell_("left out " + path + ": " + std::string(why.message.view()));
}

}  // namespace p3a::sender
