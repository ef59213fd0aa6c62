// A stream that must say the token before anything else.
//
// A browser's WebSocket cannot send headers, so the first text message may carry the token:
// {"type":"hello","token":"..."}. Until then the display says nothing, lends no frame's memory and
// counts no stream; the port cuts those that take longer than 10 s (StreamClient::admitted). The
// network thread only.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "device/live/stream_hub.h"
#include "device/ports.h"

namespace p3a {

class GuardedStream final : public StreamClient {
 public:
  using Connect = std::function<Result<std::unique_ptr<StreamClient>>()>;

  /// `connect` makes the stream once the token has been said. `parser` outlives this.
  GuardedStream(std::string token, PatchParser& parser, std::shared_ptr<StreamOutbox> outbox,
                Connect connect);

  bool admitted() const override { return inner_ != nullptr; }
  ByteSpan buffer() override { return inner_ ? inner_->buffer() : ByteSpan(scrap_); }
  void on_binary(std::size_t size) override;
  void on_oversize() override;
  void on_text(std::string_view text) override;

 private:
  bool knows_token(std::string_view text) const;
  void refuse(const Error& error);

  const std::string token_;
  PatchParser& parser_;
  const std::shared_ptr<StreamOutbox> outbox_;
  const Connect connect_;
  std::unique_ptr<StreamClient> inner_;
  std::array<std::uint8_t, 4096> scrap_{};  // where a stranger's message is received
};

}  // namespace p3a
