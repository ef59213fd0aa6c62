// The firmware: joins the parts of a display on the ESP32-P4, as apps/display does on Linux, and
// runs them for ever.
#include <esp_heap_caps.h>
#include <esp_system.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <nvs_flash.h>
#include <sdkconfig.h>

#include <atomic>
#include <optional>
#include <tuple>

#include "core/compose/splash.h"
#include "device/api/api.h"
#include "ports/decode/decoders.h"
#include "ports/decode/png_encoder.h"
#include "ports/esp32p4/board/waveshare_4b.h"
#include "ports/esp32p4/board/wifi.h"
#include "ports/esp32p4/config/json_patch.h"
#include "ports/esp32p4/config/kconfig.h"
#include "ports/esp32p4/config/nvs_disk.h"
#include "ports/esp32p4/http/httpd_server.h"
#include "ports/esp32p4/jpeg/engine_decoders.h"
#include "ports/esp32p4/panel/dsi_panel.h"
#include "ports/esp32p4/panel/gt911.h"
#include "ports/esp32p4/storage/fat_disk.h"
#include "ports/esp32p4/storage/fatfs_volume.h"
#include "ports/esp32p4/system/chip_clock.h"
#include "ports/esp32p4/system/chip_log.h"
#include "ports/esp32p4/system/chip_machine.h"
#include "ports/esp32p4/system/chip_memory.h"
#include "ports/esp32p4/system/mdns_name.h"
#include "ports/esp32p4/system/watchdog.h"
#include "web/assets.h"

namespace p3a {
namespace {

constexpr const char* kCard = "/sdcard";
constexpr TickType_t kHousekeeping = pdMS_TO_TICKS(60'000);

// What the memory table counts is what the parts take.
static_assert(kPanelBuffers == DsiPanel::kBuffers);
static_assert(kServerStack == HttpdServer::kTaskStackBytes);
static_assert(kThreadStack == CONFIG_PTHREAD_TASK_STACK_SIZE_DEFAULT);
static_assert(EngineMemory().pixels == waveshare_4b::kPanel.pixels());

// A PNG of the panel grows to 1.5 MB at most, in memory that is doubled as it grows.
class Snapshots final : public SnapshotEncoder {
 public:
  Result<std::vector<std::uint8_t>> encode_png(const Canvas& canvas) override {
    constexpr std::size_t kNeeded = std::size_t{3500} * 1024;
    if (heap_caps_get_largest_free_block(MALLOC_CAP_SPIRAM) < kNeeded)
      return fail(ErrorCode::kBusy, "there is no memory for a snapshot now; try again in a second");
    return png_.encode_png(canvas);
  }

 private:
  PngEncoder png_;
};

void start_nvs() {
  const esp_err_t error = nvs_flash_init();
  if (error != ESP_ERR_NVS_NO_FREE_PAGES && error != ESP_ERR_NVS_NEW_VERSION_FOUND) return;
  nvs_flash_erase();  // of another firmware
  nvs_flash_init();
}

// What the display cannot do without: said, and tried again from the start.
[[noreturn]] void give_up(Log& log, const Error& error) {
  log.write(LogLevel::kError, std::string(error.message.view()) + "; restarting in 10 s");
  vTaskDelay(pdMS_TO_TICKS(10'000));
  esp_restart();
}

template <class Part>
Part needed(Log& log, Result<Part> part) {
  if (!part) give_up(log, part.error());
  return std::move(*part);
}

// What it can do without.
template <class Part>
void warn(Log& log, const Result<Part>& part) {
  if (!part) log.write(LogLevel::kWarning, std::string(part.error().message.view()));
}

std::unique_ptr<Gt911> start_touch(Log& log) {
  auto bus = waveshare_4b::start_touch_bus();
  warn(log, bus);
  if (!bus) return nullptr;
  auto touch = Gt911::start(*bus, waveshare_4b::kPanel);
  warn(log, touch);
  return touch ? std::move(*touch) : nullptr;
}

// Without the engine the libraries decode everything; without the scaler the processor scales.
std::unique_ptr<EngineDecoders> start_engine(Log& log, Decoders& libraries, PpaScaler* scaler) {
  auto engine = EngineDecoders::start(libraries, {.file_bytes = kEngineFileBytes}, scaler);
  warn(log, engine);
  return engine ? std::move(*engine) : nullptr;
}

// Where every part of the display lies, in the order in which they need each other.
class Firmware {
 public:
  explicit Firmware(Log& log)
      : log_(log),
        touch_(start_touch(log)),
        panel_(
            needed(log, DsiPanel::start(needed(log, waveshare_4b::start_panel(DsiPanel::kBuffers)),
                                        waveshare_4b::kPanel, PixelFormat::kRgb565, touch_.get()))),
        config_(settings_, parser_, start_config_, {}),
        begun_(load()),
        capacities_(chip_capacities(start_config_.stream.queue_depth)),
        scaler_(start_scaler()),
        engine_decoders_(start_engine(log, libraries_, scaler_.get())),
        card_(std::make_shared<FatfsVolume>("0:")),
        engine_(
            {clock_, log_, card_, decoders(), *panel_, frame_memory(), capacities_}, begun_,
            [this](const Canvas& canvas, const View& view) { splash(canvas, view); },
            [this](const PanelEvents& events) { touched(events); }),
        live_({clock_, log_, engine_, decoders(), parser_, P3A_VERSION, chip_id(), capacities_},
              begun_),
        uploads_({card_, clock_, log_, engine_}, [this] { return config_.current(); }),
        storage_probe_(card_, clock_, log_),
        preview_(engine_, clock_, capacities_),
        api_({clock_, log_, machine_, engine_, config_, parser_, uploads_, storage_probe_,
              snapshots_, live_, decoders(), preview_, web_assets(), P3A_VERSION,
              CONFIG_P3A_TOKEN}),
        workers_(kWorkers, kWorkers),
        pages_({api_, clock_, log_, workers_, network_, [this] { beat(); }},
               {.port = begun_->http.port}),
        streams_({api_, clock_, log_, workers_, network_, [this] { streams_seen_ = clock_.now(); }},
                 {.port = begun_->stream.port,
                  .control_port = 32769,
                  .sockets = 4,
                  .for_streams = true}) {}

  [[noreturn]] void run() {
    engine_.attach(live_.guest());
    ready_ = true;
    config_.on_change([this](const std::shared_ptr<const Config>& changed) {
      ChipLog::set_level(changed->log.level);
      engine_.reconfigure(changed);
      live_.reconfigure(changed);
    });
    recover_card();
    warn(log_, start_wifi(CONFIG_P3A_WIFI_SSID, CONFIG_P3A_WIFI_PASSWORD, begun_->mdns.name.c_str(),
                          log_));
    const bool wants_token = !std::string_view(CONFIG_P3A_TOKEN).empty();
    if (begun_->mdns.enable) warn(log_, announce(*begun_, P3A_VERSION, wants_token));
    watchdog_.emplace();  // not before: what comes up may take its time
    if (const Status started = pages_.start(); !started) give_up(log_, started.error());
    if (begun_->stream.mode != StreamMode::kOff) warn(log_, streams_.start());
    log_.write(LogLevel::kInfo, "p3a-display " P3A_VERSION " runs, " + memory_words());
    for (;;) {
      vTaskDelay(kHousekeeping);
      api_.housekeep();
    }
  }

 private:
  std::shared_ptr<const Config> load() {
    for (const std::string& warning : config_.load()) log_.write(LogLevel::kWarning, warning);
    ChipLog::set_level(config_.current()->log.level);
    return config_.current();
  }

  std::unique_ptr<PpaScaler> start_scaler() {
    auto scaler = PpaScaler::start();
    warn(log_, scaler);
    return scaler ? std::move(*scaler) : nullptr;
  }

  Decoders& decoders() {
    if (engine_decoders_) return *engine_decoders_;
    return libraries_;
  }

  // Each frame of 1,036,800 bytes then begins on a cache line, as the pixel engine wants it.
  ByteSpan frame_memory() {
    const std::size_t bytes = Engine::frame_bytes(*begun_, capacities_);
    auto* const memory = static_cast<std::uint8_t*>(
        heap_caps_aligned_alloc(kPpaAlignment, bytes, MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT));
    if (memory == nullptr)
      give_up(log_, fail(ErrorCode::kInternal, "there is no PSRAM for the frames").error());
    return {memory, bytes};
  }

  void splash(const Canvas& canvas, const View& view) {
    const std::string address = machine_.status().address;
    const std::string page = "http://" + (address.empty() ? begun_->mdns.name + ".local" : address);
    const std::array<std::string_view, 2> lines{page, "drop a picture there"};
    draw_splash(canvas, view, lines);
  }

  // The presenting thread has touches before there is anyone to tell.
  void touched(const PanelEvents& events) {
    if (!ready_) return;
    for (const TouchEvent& touch : events.touches)
      std::ignore = live_.touch_panel(touch);  // a finger that slid off the panel is nothing
  }

  void beat() {
    const bool expected = begun_->stream.mode != StreamMode::kOff;
    const Instant now = clock_.now();
    const Instant seen = streams_seen_;
    watchdog_->beat({engine_.decode_busy(), engine_.present_busy()},
                    expected && seen != Instant{} ? now - seen : Micros{});
  }

  void recover_card() {
    const Status mounted = waveshare_4b::mount_card(kCard);
    warn(log_, mounted);
    if (!mounted) return;
    const auto repaired = card_.recover();
    warn(log_, repaired);
    if (repaired && !repaired->empty()) log_.write(LogLevel::kInfo, "card: " + *repaired);
    warn(log_, uploads_.recover());
  }

  std::string memory_words() const {
    const auto kib = [](std::uint64_t bytes) { return std::to_string(bytes >> 10) + " KiB"; };
    return kib(heap_caps_get_free_size(MALLOC_CAP_SPIRAM)) + " of PSRAM and " +
           kib(heap_caps_get_free_size(MALLOC_CAP_INTERNAL)) + " of internal memory are free";
  }

  Log& log_;
  ChipClock clock_;
  ChipMachine machine_;
  ChipPatchParser parser_;
  std::unique_ptr<Gt911> touch_;
  std::unique_ptr<DsiPanel> panel_;
  NvsDisk settings_;
  const Config start_config_ = config_from_kconfig(kCard);
  ConfigStore config_;
  const std::shared_ptr<const Config> begun_;
  const Capacities capacities_;
  LibraryDecoders libraries_;
  std::unique_ptr<PpaScaler> scaler_;
  std::unique_ptr<EngineDecoders> engine_decoders_;
  FatDisk card_;
  std::atomic<bool> ready_ = false;
  Engine engine_;
  Live live_;
  Uploads uploads_;
  StorageProbe storage_probe_;
  Snapshots snapshots_;
  Preview preview_;
  Api api_;
  std::optional<Watchdog> watchdog_;
  std::atomic<Instant> streams_seen_{};
  std::mutex network_;
  Workers workers_;
  HttpdServer pages_;
  HttpdServer streams_;
};

}  // namespace
}  // namespace p3a

extern "C" void app_main() {
  static p3a::ChipLog log;
  p3a::start_nvs();
  (new p3a::Firmware(log))->run();  // for ever; too large for a stack
}
