// p3a-display: joins the parts of a display on Linux and runs them until it is told to stop.
#include <malloc.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <tuple>

#include "core/compose/splash.h"
#include "device/api/api.h"
#include "device/config/announcement.h"
#include "device/live/live.h"
#include "ports/decode/decoders.h"
#include "ports/decode/png_encoder.h"
#include "ports/esp32p4/system/chip_memory.h"
#include "ports/linux/config/command_line.h"
#include "ports/linux/config/json_patch.h"
#include "ports/linux/config/token_file.h"
#include "ports/linux/http/server.h"
#include "ports/linux/mdns/mdns.h"
#include "ports/linux/panel/headless_panel.h"
#include "ports/linux/panel/window_panel.h"
#include "ports/linux/profile/simulated_chip.h"
#include "ports/linux/sandbox/sandboxed_decoders.h"
#include "ports/linux/storage/linux_disk.h"
#include "ports/linux/system/display_id.h"
#include "ports/linux/system/linux_clock.h"
#include "ports/linux/system/linux_log.h"
#include "ports/linux/system/linux_machine.h"
#include "ports/linux/system/one_processor.h"
#include "ports/linux/system/service_manager.h"
#include "web/assets.h"

namespace p3a {
namespace {

constexpr int kExitFailed = 1;

// glibc raises its threshold for giving memory back to the system each time a large block is freed;
// pinned, a decoded picture's memory is gone when the picture is.
void keep_memory_flat() {
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  mallopt(M_ARENA_MAX, 2);
}

std::unique_ptr<Panel> make_panel(const Config& config) {
  if (config.panel.kind == PanelKind::kWindow)
    return std::make_unique<WindowPanel>(config.mdns.name);
  return std::make_unique<HeadlessPanel>();
}

// Port 80 where the program may, else 8080, unless one is configured.
Result<std::unique_ptr<HttpServer>> open_port(const Config& config, Log& log) {
  if (config.http.port != 0) return HttpServer::listen(config.http.address, config.http.port, log);
  auto server = HttpServer::listen(config.http.address, 80, log);
  return server ? std::move(server) : HttpServer::listen(config.http.address, 8080, log);
}

// Port 81 where the program may, else 8081, unless one is configured. Without it streams still find
// /stream on the page's port.
void open_stream_port(HttpServer& server, const Config& config, Log& log) {
  const bool chosen = config.stream.port != 0;
  Status opened = server.listen_for_streams(config.http.address,
                                            chosen ? config.stream.port : std::uint16_t{81});
  if (!opened && !chosen) opened = server.listen_for_streams(config.http.address, 8081);
  if (opened) return;
  log.write(LogLevel::kWarning, std::string(opened.error().message.view()) +
                                    "; streams are taken at /stream of the page's port only");
}

TlsFiles tls_files_of(const Config& config) { return {config.http.tls_cert, config.http.tls_key}; }

std::string page_address(const Config& config, const MachineStatus& machine, std::uint16_t port) {
  std::string host = config.http.address;
  if (host == "0.0.0.0" || host == "::")
    host = machine.address.empty() ? "localhost" : machine.address;
  if (host.find(':') != std::string::npos) host = '[' + host + ']';
  const bool tls = tls_files_of(config).wanted();
  return (tls ? "https://" : "http://") + host +
         (port == (tls ? 443 : 80) ? "" : ":" + std::to_string(port)) + "/";
}

Announcement announcement_of(const Config& config, std::uint16_t port) {
  Announcement announcement{.name = config.mdns.name, .http_port = port, .txt = {}};
  const bool wants_token = !config.auth.token_file.empty();
  for (const auto& [key, value] :
       txt_record(config, P3A_VERSION, wants_token, tls_files_of(config).wanted()))
    announcement.txt.push_back(std::string(key) + '=' + value);
  return announcement;
}

void warn_of_readers(Log& log, std::string_view setting, const std::string& path) {
  if (path.empty() || !others_may_read(path)) return;
  log.write(LogLevel::kWarning, std::string(setting) + ": every user of this machine may read " +
                                    path + "; chmod 640 keeps them out");
}

Capacities capacities_of(Profile profile, const Config& config) {
  if (profile == Profile::kNone) return {};
  Capacities chip = chip_capacities(config.stream.queue_depth);
  // The page is how its show is looked at here: with the moving preview, and a frame for that.
  chip.preview_watchers = Capacities{}.preview_watchers;
  ++chip.frames;
  return chip;
}

int failed(Log& log, const Error& error) {
  log.write(LogLevel::kError, std::string(error.message.view()));
  return kExitFailed;
}

int run(const StartConfig& start) {
  keep_memory_flat();
  LinuxLog log(stderr_is_journal());
  LinuxClock clock;
  LinuxMachine machine;

  LinuxDisk disk(start.config.storage.root);
  JsonPatchParser patch_parser;
  ConfigStore config(disk, patch_parser, start.config, start.flags);
  for (const std::string& warning : config.load()) log.write(LogLevel::kWarning, warning);
  const auto begun = config.current();
  log.set_level(begun->log.level);

  const Capacities capacities = capacities_of(start.profile, *begun);
  LibraryDecoders libraries;
  SandboxedDecoders sandbox(libraries, log, Engine::frame_bytes(*begun, capacities));
  if (const Status ready = sandbox.configure(*begun); !ready) return failed(log, ready.error());

  std::optional<SimulatedChip> chip;
  if (start.profile == Profile::kEsp32p4) chip.emplace(clock, disk, sandbox);
  Disk& storage = chip ? static_cast<Disk&>(chip->disk) : disk;
  Decoders& decoders = chip ? static_cast<Decoders&>(chip->decoders) : sandbox;

  auto token = read_token(begun->auth.token_file);
  if (!token) return failed(log, token.error());
  warn_of_readers(log, "auth.token_file", begun->auth.token_file);
  auto server = open_port(*begun, log);
  if (!server) return failed(log, server.error());
  const std::uint16_t port = (*server)->port();
  if (const TlsFiles files = tls_files_of(*begun); files.wanted()) {
    if (const Status ready = (*server)->use_tls(files); !ready) return failed(log, ready.error());
    warn_of_readers(log, "http.tls.key", files.key);
  }
  open_stream_port(**server, *begun, log);
  if (chip) (*server)->use_slow_link(SimulatedChip::link());

  const auto splash = [&, port](const Canvas& canvas, const View& view) {
    const std::string address = page_address(*config.current(), machine.status(), port);
    const std::array<std::string_view, 2> lines{address, "drop a picture there"};
    draw_splash(canvas, view, lines);
  };
  std::atomic<Live*> touched = nullptr;  // the presenting thread has events before there is one
  const auto on_panel_events = [&](const PanelEvents& events) {
    if (Live* const live = touched)
      for (const TouchEvent& touch : events.touches)
        std::ignore = live->touch_panel(touch);  // a finger that slid off the panel is nothing
    if (events.closed) (*server)->stop();
  };
  const auto panel = make_panel(*begun);
  const OneProcessor live_processor;
  auto engine =
      std::make_unique<Engine>(EnginePorts{clock, log, storage, decoders, *panel, sandbox.frames(),
                                           capacities, [&] { live_processor.enter(); }},
                               begun, splash, on_panel_events);
  Live live({clock, log, *engine, decoders, patch_parser, P3A_VERSION,
             this_display_id(begun->storage.root), capacities},
            begun);
  engine->attach(live.guest());
  touched = &live;
  config.on_change([&](const std::shared_ptr<const Config>& changed) {
    log.set_level(changed->log.level);
    if (const Status ready = sandbox.configure(*changed); !ready) failed(log, ready.error());
    engine->reconfigure(changed);
    live.reconfigure(changed);
  });

  Uploads uploads({storage, clock, log, *engine}, [&] { return config.current(); });
  if (const Status recovered = uploads.recover(); !recovered) {
    log.write(LogLevel::kWarning,
              std::string(recovered.error().message.view()) + "; going on without storage");
  }
  StorageProbe storage_probe(storage, clock, log);
  PngEncoder png_encoder;
  Preview preview(*engine, clock, capacities);
  Api api({clock, log, machine, *engine, config, patch_parser, uploads, storage_probe, png_encoder,
           live, decoders, preview, web_assets(), P3A_VERSION, std::move(*token),
           chip ? std::string(SimulatedChip::kBoard) : std::string()});
  std::optional<Mdns> mdns;
  if (begun->mdns.enable) mdns.emplace(announcement_of(*begun, port), log);

  log.write(LogLevel::kInfo, "p3a-display " P3A_VERSION " at " +
                                 page_address(*begun, machine.status(), port) + ", pictures in " +
                                 begun->storage.root);
  if (chip) {
    log.write(LogLevel::kWarning,
              "simulated: this display keeps to the limits of an " +
                  std::string(SimulatedChip::kBoard) +
                  "; every rate and time that it tells is simulated, none was measured on a board");
  }
  const char* const notify_socket = std::getenv("NOTIFY_SOCKET");
  ServiceManager service(notify_socket == nullptr ? "" : notify_socket);
  service.ready();
  (*server)->on_beat([&, stuck = false]() mutable {
    const Status alive = api.alive();
    if (alive) service.alive();
    if (!alive && !stuck) log.write(LogLevel::kError, std::string(alive.error().message.view()));
    if (alive && stuck) log.write(LogLevel::kInfo, "no thread is stuck any more");
    stuck = !alive;
  });
  live_processor.enter();
  (*server)->run(api);
  service.stopping();
  log.write(LogLevel::kInfo, "stopped");
  preview.stop();
  if (chip) chip->pause.end();
  engine->stop();   // whoever still waits for a picture is told
  server->reset();  // connections and their uploads go before what they use
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace p3a

int main(int argc, char** argv) {
  const auto start = p3a::read_command_line(argc, argv, P3A_VERSION,
                                            [](const char* name) { return std::getenv(name); });
  if (!start) {
    std::fputs(start.error().out.c_str(), stdout);
    std::fputs(start.error().err.c_str(), stderr);
    return start.error().code;
  }
  return p3a::run(*start);
}
