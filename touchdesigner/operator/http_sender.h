// Raw pictures and uploads: one at a time over HTTP, on a thread of its own.
//
// In: pixels, which are copied; out: how the last one ended. The last upload is kept, and sent
// again by retry() or, with `again` set, by itself after 1, 2, 4, then every 8 s while nobody
// answers. send(), retry(), report(): any thread, never wait for the network. The destructor gives
// up what is under way and joins.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/compose/canvas.h"
#include "include/p3a/p3a.hpp"

namespace p3a::td {

struct HttpJob {
  std::string address;
  std::string token;
  std::string ca_file;
  std::string file_name;  ///< without extension
  bool keep = false;      ///< upload; else straight to the panel
  bool png = false;       ///< else JPEG
  int quality = 90;
  Fitting fit = Fitting::kContain;
  bool again = true;
};

struct HttpReport {
  std::uint64_t taken = 0;
  std::uint64_t sent = 0;    ///< answered with yes
  std::uint64_t failed = 0;  ///< answered with no, or not at all
  std::uint64_t bytes = 0;
  bool busy = false;
  Reply last{};                   ///< http_status 0 and no code: none yet
  std::string what{};             ///< of the last upload, in words; empty: none yet
  std::uint32_t panel_width = 0;  ///< 0: not known
  std::uint32_t panel_height = 0;
};

class HttpSender {
 public:
  HttpSender();
  ~HttpSender();
  HttpSender(const HttpSender&) = delete;
  HttpSender& operator=(const HttpSender&) = delete;

  /// False, with nothing done, while another is under way.
  bool send(const HttpJob& job, const PixelView& picture, const ToneCurve& tone);
  /// False: nothing was uploaded yet.
  bool retry();
  HttpReport report() const;
  /// Any thread: what is under way ends at once and nothing else begins.
  void cancel();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The picture with its levels changed, in the same byte order, rows touching, top row first.
/// `pixels` is reused. False: the view is no picture.
bool with_tone(const PixelView& picture, const ToneCurve& tone, std::vector<std::uint8_t>& pixels,
               PixelView& toned);

}  // namespace p3a::td
