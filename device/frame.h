// Frames: the pixels of a whole panel, with where they come from and when, handed around by
// reference.
//
// A FramePool takes all its memory when it is made. acquire() lends a frame; the last FrameRef to
// go gives it back. Who holds the only reference may write the pixels; once a frame is handed on it
// is read-only. FrameRef and FramePool: any thread (the count is atomic); the pool must outlive its
// frames.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/compose/canvas.h"
#include "core/image/image.h"

namespace p3a {

/// Who put a picture on the panel.
enum class Source : std::uint8_t { kSplash, kRotation, kRaw, kStream };
std::string_view source_name(Source source);

/// When a frame passed each stage, in the display's clock; 0 where it did not.
struct FrameTimes {
  Instant received;
  Instant decoded;
  Instant presented;
};

struct Frame {
  Canvas canvas;
  std::uint64_t sequence = 0;  ///< of presentation: grows by one with every frame shown
  Instant present_at;          ///< not before; the clock's zero means as soon as possible
  FrameTimes times;
  Source source = Source::kSplash;

  /// How often the pool has lent it: if it is once more than when somebody drew on it and handed it
  /// on, the pixels are still those.
  std::uint64_t lends() const { return lends_; }

 private:
  friend class FramePool;
  friend class FrameRef;
  std::atomic<std::uint32_t> references{0};
  class FramePool* pool = nullptr;
  std::uint64_t lends_ = 0;
};

class FrameRef {
 public:
  FrameRef() = default;
  FrameRef(const FrameRef& other);
  FrameRef(FrameRef&& other) noexcept;
  FrameRef& operator=(FrameRef other) noexcept;
  ~FrameRef();
  explicit operator bool() const { return frame_ != nullptr; }
  Frame* operator->() const { return frame_; }
  Frame& operator*() const { return *frame_; }

 private:
  friend class FramePool;
  explicit FrameRef(Frame* frame) : frame_(frame) {}
  Frame* frame_ = nullptr;
};

class FramePool {
 public:
  /// The pixels lie in `memory`, bytes() long and kept by the caller, or, when that is empty, in
  /// memory of its own.
  FramePool(Size size, PixelFormat format, std::size_t count, ByteSpan memory = {});
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;
  ~FramePool();
  /// What `count` frames take.
  static std::size_t bytes(Size size, PixelFormat format, std::size_t count);
  /// A frame with what was drawn on it last, or rubbish, and its other members reset, or empty when
  /// all are lent.
  FrameRef acquire();

 private:
  friend class FrameRef;
  void give_back(Frame* frame);

  std::mutex mutex_;
  std::unique_ptr<Frame[]> frames_;
  std::size_t stride_;                   // bytes
  std::unique_ptr<std::uint8_t[]> own_;  // not touched before use: unused frames cost no memory
  std::size_t count_;
  std::vector<Frame*> free_;
};

}  // namespace p3a
