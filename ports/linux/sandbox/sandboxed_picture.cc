#include "ports/linux/sandbox/sandboxed_picture.h"

#include "ports/linux/sandbox/sandboxed_decoders.h"

namespace p3a {

// An animation is still open in the worker, with all its memory: the worker goes with it.
SandboxedPicture::~SandboxedPicture() {
  if (worker_) sandbox_.give_back(std::move(*worker_), false);
}

Status SandboxedPicture::begin() {
  auto worker = sandbox_.take();
  if (!worker) return std::unexpected(worker.error());
  worker_ = std::move(*worker);
  input_bytes_ = static_cast<std::size_t>(file_->size());  // open() has looked that it fits
  input_bytes_ = worker_->put_input(*file_, input_bytes_);
  return {};
}

Result<DecodedFrame> SandboxedPicture::next(const View& view, const Canvas& canvas) {
  if (!sandbox_.is_frame(canvas))
    return fail(ErrorCode::kInternal, "That canvas is not shared with the decoder.");
  const bool open = !worker_;
  if (open) {
    if (const Status begun = begin(); !begun) return std::unexpected(begun.error());
  }
  Question question;
  question.open = open;
  question.input_bytes = input_bytes_;
  question.limits = limits_;
  question.view = view;
  question.canvas = canvas;
  const auto answer = worker_->ask(question, sandbox_.deadline());
  if (!answer) {
    auto error = sandbox_.replace(std::move(*worker_), answer.error(), *file_);
    worker_.reset();
    return error;
  }
  if (answer->frame) info_.animated = info_.animated && answer->animated;
  Result<DecodedFrame> frame = answer->frame;
  if (!frame) frame = std::unexpected(sandbox_.refused(frame.error(), *file_));
  // As the worker does: only an animation stays open, and one that failed begins anew.
  if (!answer->animated) {
    worker_->forget_input(input_bytes_);
    sandbox_.give_back(std::move(*worker_), true);
    worker_.reset();
  }
  return frame;
}

}  // namespace p3a
