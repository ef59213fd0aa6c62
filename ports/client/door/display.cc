#include <algorithm>
#include <mutex>
#include <optional>

#include "include/p3a/p3a.hpp"
#include "ports/client/http_client.h"
#include "sender/address.h"
#include "sender/json_object.h"
#include "sender/pixels.h"
#include "sender/stock_file.h"

namespace p3a {
inline namespace v0 {

namespace {

ByteView view(const void* bytes, std::size_t size) {
  return {static_cast<const std::uint8_t*>(bytes), size};
}
ByteView view(const std::string& text) { return view(text.data(), text.size()); }

Reply refused(std::string code, std::string_view why) {
  Reply reply;
  reply.code = std::move(code);
  reply.error = why;
  return reply;
}

Reply no_raw() {
  return refused("NOT_IMPLEMENTED",
                 "A stock p3a shows no picture without keeping it: upload it, or stream.");
}

// A file name as it may stand between the quotes of a form (RFC 7578 leaves no other escape).
std::string quotable(const std::string& filename) {
  std::string name = filename.substr(filename.find_last_of("/\\") + 1);
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return c == '"' || static_cast<unsigned char>(c) < ' '; }, '_');
  return name;
}

// A line that the file does not have in it.
std::string boundary_for(ByteView file) {
  for (unsigned number = 0;; ++number) {
    const std::string boundary = "p3a-form-" + std::to_string(number);
    if (std::search(file.begin(), file.end(), boundary.begin(), boundary.end()) == file.end()) {
      return boundary;
    }
  }
}

constexpr Micros kDevicePatience = 3s;

// Our own displays have a stream, a stock p3a has none; both say much else.
Device device_of(const Reply& status) {
  const auto json = sender::JsonObject::parse(status.json);
  const auto data = json ? json->object("data") : std::nullopt;
  if (!status.ok || !data) return Device::kAuto;
  if (data->object("stream")) return Device::kLive;
  return data->object("fw") && data->object("device") ? Device::kStock : Device::kAuto;
}

}  // namespace

struct Display::State {
  Device device = Device::kAuto;
  // The port that answered; before one did, all that may.
  std::vector<sender::Destination> destinations;
  std::optional<sender::HttpClient> client;
  std::string why_not;  // the address is none
  // Between the thread that asks and the one that cancels: which client there is.
  std::mutex mutex;
  bool cancelled = false;

  bool begin(const sender::Destination& destination) {
    const std::scoped_lock lock(mutex);
    if (!client && !cancelled) client.emplace(destination);
    return !cancelled;
  }
  void give_up() {
    const std::scoped_lock lock(mutex);
    client.reset();
  }

  Reply ask(const sender::HttpRequest& request, const Progress& progress) {
    if (destinations.empty()) return refused("INVALID_VALUE", why_not);
    Reply reply;
    std::optional<Reply> untrusted;  // says more than that nobody answers at the next port
    for (const auto& destination : destinations) {
      if (!begin(destination)) return refused("CANCELLED", "The request was given up.");
      reply = client->ask(request, progress);
      if (reply.http_status != 0) {
        destinations = {sender::Destination(destination)};
        return reply;
      }
      if (reply.code == "CANCELLED") return reply;
      if (reply.code == "TLS_FAILED") untrusted = reply;
      give_up();
    }
    return untrusted.value_or(reply);
  }
  void find_out() {
    if (device != Device::kAuto) return;
    device = device_of(ask({.target = "/status", .patience = kDevicePatience}, {}));
  }
  // Asks only where there is no such route: live pictures are in a hurry.
  Reply ask_raw(const sender::HttpRequest& request, const Progress& progress) {
    Reply reply = device == Device::kStock ? no_raw() : ask(request, progress);
    if (reply.http_status != 404) return reply;
    find_out();
    return device == Device::kStock ? no_raw() : reply;
  }
};

Display::Display(const std::string& address, const std::string& token, Device device)
    : state_(std::make_unique<State>()) {
  state_->device = device;
  auto destinations = sender::parse_address(address, "/", token);
  if (destinations) {
    state_->destinations = std::move(*destinations);
  } else {
    state_->why_not = destinations.error().message.view();
  }
}
Display::~Display() = default;
Display::Display(Display&& other) noexcept = default;
Display& Display::operator=(Display&& other) noexcept = default;

void Display::set_ca_file(const std::string& ca_file) {
  for (auto& destination : state_->destinations) destination.ca_file = ca_file;
  state_->give_up();  // the connection that there is
}

Device Display::device() {
  state_->find_out();
  return state_->device;
}

// As a form with the file's own name: the one way that today's p3a and this display both know.
Reply Display::upload(const std::string& filename, const void* bytes, std::size_t size,
                      const Progress& progress) {
  const ByteView file = view(bytes, size);
  std::string name = quotable(filename);
  const bool stock = device() == Device::kStock;
  if (stock) {
    const auto plain = sender::stock_file_name(filename);
    if (!plain)
      return refused(std::string(code_name(plain.error().code)), plain.error().message.view());
    name = *plain;
  }
  const std::string boundary = boundary_for(file);
  const std::string head = "--" + boundary +
                           "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
                           "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
  const std::string tail = "\r\n--" + boundary + "--\r\n";
  if (stock && head.size() + size + tail.size() > sender::kStockUploadBytes) {
    return refused("FILE_TOO_LARGE", "A stock p3a takes files of a little less than 16 MiB.");
  }
  return state_->ask({.post = true,
                      .target = "/upload",
                      .headers = {{"Content-Type", "multipart/form-data; boundary=" + boundary}},
                      .body = {view(head), file, view(tail)}},
                     progress);
}

Reply Display::raw(const void* bytes, std::size_t size, const Progress& progress) {
  return state_->ask_raw({.post = true,
                          .target = "/display/raw",
                          .headers = {{"Content-Type", "application/octet-stream"}},
                          .body = {view(bytes, size)}},
                         progress);
}

Reply Display::raw(const PixelView& picture) {
  const auto checked = sender::check(picture);
  if (!checked) return refused("INVALID_VALUE", checked.error().message.view());
  const bool same = checked->format != InputFormat::kBgra8888;
  const std::size_t row_bytes = same ? checked->row_bytes() : std::size_t{checked->size.width} * 3;
  std::vector<std::uint8_t> pixels(row_bytes * checked->size.height);
  for (std::uint32_t y = 0; y < checked->size.height; ++y) {
    const std::uint8_t* from = checked->top + checked->step * static_cast<std::ptrdiff_t>(y);
    std::uint8_t* to = pixels.data() + y * row_bytes;
    if (same) {
      std::copy_n(from, row_bytes, to);
    } else {
      sender::to_rgb_row(from, checked->format, checked->size.width, false, to);
    }
  }
  const char* format = checked->format == InputFormat::kRgba8888 ? "rgba8888"
                       : checked->format == InputFormat::kRgb565 ? "rgb565"
                                                                 : "rgb888";
  return state_->ask_raw({.post = true,
                          .target = "/display/raw",
                          .headers = {{"Content-Type", "application/octet-stream"},
                                      {"X-Image-Format", format},
                                      {"X-Image-Width", std::to_string(checked->size.width)},
                                      {"X-Image-Height", std::to_string(checked->size.height)}},
                          .body = {pixels}},
                         {});
}

Reply Display::status() { return state_->ask({.target = "/status"}, {}); }

void Display::cancel() {
  const std::scoped_lock lock(state_->mutex);
  state_->cancelled = true;
  if (state_->client) state_->client->cancel();
}

}  // namespace v0
}  // namespace p3a
