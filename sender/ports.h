// What a sender needs of the machine: ports/client implements it, tests fake it.
//
// Nothing here throws; errors are values. All of a Transport but wake() is called on the stream's
// worker thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/time.h"
#include "sender/pixels.h"

namespace p3a::sender {

/// Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
};

/// Where to knock.
struct Destination {
  std::string host{};
  std::uint16_t port = 80;
  std::string path{};
  std::string token{};  ///< for "Authorization: Bearer", empty: none
  bool tls = false;
  std::string ca_file{};  ///< PEM: whom to trust instead of the machine's own list, empty: that
  /// How much the machine may hold back on the way; 0: as it likes. Bounds the latency where no
  /// acks do.
  std::uint32_t send_buffer_bytes = 0;
};

/// What a transport has to tell; called from within poll() only.
class TransportEvents {
 public:
  virtual void on_open() = 0;
  virtual void on_text(std::string_view text) = 0;
  virtual void on_binary(ByteView) {}
  /// Instead of on_closed() where a server answered, but not with a WebSocket: its HTTP status.
  virtual void on_declined(unsigned, std::string_view why) { on_closed(why); }
  /// Once for each connect() that came to an end; `why` is a sentence. After it nothing of that
  /// connection follows.
  virtual void on_closed(std::string_view why) = 0;

 protected:
  ~TransportEvents() = default;
};

/// One WebSocket connection at a time.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Begins to connect and returns; ends with on_open() or, after `patience` at the latest, with
  /// on_closed().
  virtual void connect(const Destination& destination, Micros patience) = 0;
  /// Whether the connection is open and the last frame has been handed to the machine.
  virtual bool ready() const = 0;
  /// Sends one binary message of two pieces; only when ready(). The bytes are read until ready()
  /// again or the connection has closed.
  virtual void send_frame(ByteView head, ByteView payload) = 0;
  /// Sends a text after what is being sent; copies it. Dropped when 16 of them wait.
  virtual void send_text(std::string_view text) = 0;
  /// Waits until something has happened, wake() was called or `until` has come, and tells.
  virtual void poll(Instant until, TransportEvents& events) = 0;
  /// Ends poll(), or the next one. Any thread; returns at once and takes no memory.
  virtual void wake() = 0;
  /// Drops the connection, without on_closed(); spends up to `farewell` on a closing handshake.
  virtual void close(Micros farewell) = 0;
};

/// A PNG that is made soon, or one that is small and takes six times as long.
enum class PngEffort : std::uint8_t { kFast, kSmall };

/// Of every PNG file: signature, IHDR, the heads of one IDAT and of IEND.
inline constexpr std::size_t kPngHeadBytes = 57;
/// The least that any PNG of 8-bit R,G,B takes, whoever makes it: beside its heads, zlib's 6 bytes,
/// and deflate makes nothing shorter than by 1032 (258 bytes by two bits).
inline std::size_t smallest_png(Size size) {
  const std::uint64_t filtered = (std::uint64_t{size.width} * 3 + 1) * size.height;
  return static_cast<std::size_t>(kPngHeadBytes + 6 + filtered / 1032);
}

/// The image libraries. The worker's thread; what is returned lives until the next call.
class ImageEncoder {
 public:
  virtual ~ImageEncoder() = default;
  /// quality 1 to 100. Alpha is not looked at. kRgb565 is not taken.
  virtual Result<ByteView> encode_jpeg(const Pixels& pixels, int quality, bool full_chroma) = 0;
  /// R,G,B rows only.
  virtual Result<ByteView> encode_png(const Pixels& pixels, PngEffort effort) = 0;
  /// True: encode_png(kSmall) would take more than `bytes`; found out without making all of it.
  /// False: it would not, or by little.
  virtual bool png_takes_more(const Pixels& pixels, std::size_t bytes) = 0;
};

}  // namespace p3a::sender
