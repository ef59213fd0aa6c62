// GStreamer as a peer of live_bench: appsrc ! jpegenc ! TCP ! jpegdec ! appsink, one pipeline in
// each of two processes.
#include <arpa/inet.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>

#include "bench/live_peer.h"

namespace live_bench {
namespace {

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  check(::bind(socket, reinterpret_cast<sockaddr*>(&address), length) == 0, "bind");
  check(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) == 0, "port");
  ::close(socket);
  return ntohs(address.sin_port);
}

GstElement* launch(const std::string& pipeline) {
  gst_init(nullptr, nullptr);
  GstElement* element = gst_parse_launch(pipeline.c_str(), nullptr);
  check(element != nullptr, pipeline.c_str());
  gst_element_set_state(element, GST_STATE_PLAYING);
  return element;
}

void receive(int port, const Job& job, Ledger& ledger) {
  const std::string side = std::to_string(job.side);
  GstElement* pipeline = launch("tcpserversrc host=127.0.0.1 port=" + std::to_string(port) +
                                " ! image/jpeg,framerate=60/1,width=" + side + ",height=" + side +
                                " ! jpegdec ! videoconvert ! video/x-raw,format=RGB ! "
                                "appsink name=sink sync=false max-buffers=2");
  GstElement* sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
  for (int i = 0; i < job.count; ++i) {
    GstSample* sample = gst_app_sink_pull_sample(GST_APP_SINK(sink));
    if (sample == nullptr) return;  // the last frame is known by the end of the stream only
    ledger.shown(i);
    gst_sample_unref(sample);
  }
}

void send(int port, const Job& job, Ledger& ledger) {
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // the other end listens by then
  const std::string side = std::to_string(job.side);
  GstElement* pipeline = launch(
      "appsrc name=source is-live=true format=time block=true max-buffers=2 max-bytes=0 "
      "caps=video/x-raw,format=RGBx,width=" +
      side + ",height=" + side +
      ",framerate=60/1 ! videoconvert ! video/x-raw,format=I420 ! jpegenc quality=" +
      std::to_string(job.quality) +
      " ! tcpclientsink host=127.0.0.1 sync=false port=" + std::to_string(port));
  GstElement* source = gst_bin_get_by_name(GST_BIN(pipeline), "source");
  for (int i = 0; i < job.count; ++i) {
    const Frame& frame = ledger.next(i);
    GstBuffer* buffer = gst_buffer_new_wrapped_full(
        GST_MEMORY_FLAG_READONLY, const_cast<std::uint8_t*>(frame.data()), frame.size(), 0,
        frame.size(), nullptr, nullptr);
    GST_BUFFER_PTS(buffer) = gst_util_uint64_scale(static_cast<guint64>(i), GST_SECOND, 60);
    check(gst_app_src_push_buffer(GST_APP_SRC(source), buffer) == GST_FLOW_OK, "push");
  }
  gst_app_src_end_of_stream(GST_APP_SRC(source));
  gst_message_unref(
      gst_bus_timed_pop_filtered(gst_element_get_bus(pipeline), GST_CLOCK_TIME_NONE,
                                 static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  gst_element_set_state(pipeline, GST_STATE_NULL);
}

}  // namespace

void run_gstreamer(const Job& job) {
  const int port = free_port();
  run_in_two(
      job, [&](Ledger& ledger) { receive(port, job, ledger); },
      [&](Ledger& ledger) { send(port, job, ledger); });
}

}  // namespace live_bench
