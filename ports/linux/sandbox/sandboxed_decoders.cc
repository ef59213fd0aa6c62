#include "ports/linux/sandbox/sandboxed_decoders.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "ports/linux/sandbox/sandboxed_picture.h"

namespace p3a {
namespace {

// After that much work a worker makes room for a fresh one, long before its limit of processor
// time.
constexpr Micros kWorkingLife = 300s;
constexpr std::size_t kTrialBytes = 4096;
constexpr Micros kSayEvery = 1s;
// Landlock bars files and ports, which the filter of system calls bars as well.
constexpr std::uint32_t kNeededWalls = kAllWalls & ~std::uint32_t{kLandlock};

// One pixel of GIF.
constexpr std::uint8_t kTrial[] = {'G', 'I', 'F', '8', '9',  'a',  1,    0,    1,    0, 0x80, 0,
                                   0,   0,   0,   0,   0xff, 0xff, 0xff, ',',  0,    0, 0,    0,
                                   1,   0,   1,   0,   0,    2,    2,    0x44, 0x01, 0, ';'};

std::string words_for(ReadableFile& file) {
  std::array<std::uint8_t, 16 * 1024> part;
  uLong crc = 0;
  std::uint64_t offset = 0;
  for (std::size_t got = part.size(); got == part.size(); offset += got) {
    got = file.read_at(offset, part);
    crc = ::crc32(crc, part.data(), static_cast<uInt>(got));
  }
  std::array<char, 8> digits;
  digits.fill('0');
  std::array<char, 8> hex;
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), std::uint32_t(crc), 16).ptr;
  std::copy_backward(hex.data(), end, digits.end());
  return std::to_string(offset) + " bytes, CRC-32 " + std::string(digits.data(), digits.size());
}

bool out_of_processor_time(std::string_view end) { return end.find("CPU time") != end.npos; }

}  // namespace

SandboxedDecoders::SandboxedDecoders(Decoders& inside, Log& log, std::size_t frame_bytes)
    : inside_(inside),
      log_(log),
      frame_bytes_((frame_bytes + kTrialBytes - 1) / kTrialBytes * kTrialBytes) {
  if (auto memory = SharedMemory::make("p3a-frames", frame_bytes_ + kTrialBytes)) {
    memory->close_descriptor();  // the mapping is handed on by fork()
    memory_ = std::move(*memory);
  }
}

ByteSpan SandboxedDecoders::frames() const {
  return memory_ ? memory_->bytes().first(frame_bytes_) : ByteSpan();
}

Status SandboxedDecoders::configure(const Config& config) {
  const SandboxMode mode = config.decode.sandbox;
  deadline_us_ = std::int64_t{config.decode.deadline_ms} * 1000;
  bool begun = false;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(limits_.memory_mib, config.decode.memory_mib) != config.decode.memory_mib)
      idle_.clear();
    begun = server_.has_value();
    if (begun) fill_up();
  }
  bool changed = false;
  {
    const std::lock_guard lock(state_mutex_);
    changed = std::exchange(mode_, mode) != mode;
  }
  if (mode == SandboxMode::kOff) {
    if (changed)
      log_.write(LogLevel::kWarning,
                 "decode: decode.sandbox is off: pictures are decoded in the display itself");
    return {};
  }
  Status begun_now = begun ? Status{} : begin();
  const std::lock_guard lock(state_mutex_);
  if (!begun) {
    works_ = begun_now.has_value();
    reason_ = begun_now ? "" : std::string(begun_now.error().message.view());
  }
  if (works_ && mode == SandboxMode::kRequire && (walls_ & kNeededWalls) != kNeededWalls) {
    return fail(ErrorCode::kInternal, "decode.sandbox is \"require\", and this machine lacks ",
                missing_walls(walls_), ": no picture is decoded");
  }
  if (!works_ && mode == SandboxMode::kRequire) {
    return fail(ErrorCode::kInternal, "decode.sandbox is \"require\", and there is none here (",
                reason_, "): no picture is decoded");
  }
  if (!works_ && (changed || !begun)) {
    log_.write(
        LogLevel::kWarning,
        "decode: no sandbox here (" + reason_ +
            "): pictures are decoded in the display itself; run it where you trust the network");
  } else if (!begun && walls_ != kAllWalls) {
    log_.write(LogLevel::kWarning,
               "decode: this machine has no " + missing_walls(walls_) +
                   ": pictures are decoded behind the other walls of the sandbox");
  }
  return {};
}

Status SandboxedDecoders::begin() {
  if (!memory_) return fail(ErrorCode::kInternal, "the machine shares no memory");
  {
    const std::lock_guard lock(mutex_);
    auto server = ForkServer::start(inside_);
    if (!server) return std::unexpected(server.error());
    server_ = std::move(*server);
  }
  Status tried = try_out();
  const std::lock_guard lock(mutex_);
  if (tried)
    fill_up();
  else
    server_.reset();
  return tried;
}

// A picture of one pixel, all the way: what this machine's libraries need and the walls forbid is
// found out here and not by a user's picture.
Status SandboxedDecoders::try_out() {
  auto worker = take();
  if (!worker) return std::unexpected(worker.error());
  std::ranges::copy(kTrial, worker->input().begin());
  Question question;
  question.open = true;
  question.input_bytes = sizeof kTrial;
  question.canvas = {.pixels = memory_->bytes().data() + frame_bytes_,
                     .size = {1, 1},
                     .stride = 3,
                     .format = PixelFormat::kRgb888};
  const auto answer = worker->ask(question, 2s);
  if (answer && answer->frame) {
    {
      const std::lock_guard lock(state_mutex_);
      walls_ = worker->walls();
    }
    give_back(std::move(*worker), true);
    return {};
  }
  const std::lock_guard lock(mutex_);
  --lent_;
  return fail(ErrorCode::kInternal, "its first worker ",
              answer ? "could not decode" : worker->end());
}

Result<std::unique_ptr<Picture>> SandboxedDecoders::open(std::unique_ptr<ReadableFile> file,
                                                         const ImageLimits& limits) {
  bool here = false;
  {
    const std::lock_guard lock(state_mutex_);
    here = mode_ == SandboxMode::kOff || !works_;
    if (mode_ == SandboxMode::kRequire && (!works_ || (walls_ & kNeededWalls) != kNeededWalls)) {
      return fail(
          ErrorCode::kDecodeFailed,
          "This display decodes pictures in a sandbox only, and has none: its log says why.");
    }
  }
  if (here) return inside_.open(std::move(file), limits);
  const auto info = probe(*file, limits);
  if (!info) return std::unexpected(info.error());
  if (file->size() > kMaxInputBytes) {
    return fail(ErrorCode::kDecodeLimit, "The file is larger than ", kMaxInputBytes >> 20,
                " MiB. Send a smaller one.");
  }
  return std::make_unique<SandboxedPicture>(*this, std::move(file), *info, limits);
}

DecoderStatus SandboxedDecoders::status() {
  DecoderStatus status{.sandbox = "off",
                       .missing = {},
                       .crashed = crashed_,
                       .timed_out = timed_out_,
                       .over_limit = over_limit_,
                       .workers_started = started_};
  const std::lock_guard lock(state_mutex_);
  if (mode_ == SandboxMode::kOff) return status;
  status.missing = works_ ? missing_walls(walls_) : reason_;
  status.sandbox = !works_ ? "unavailable" : status.missing.empty() ? "on" : "partial";
  return status;
}

Result<WorkerProcess> SandboxedDecoders::take() {
  const std::lock_guard lock(mutex_);
  if (lent_ == kMaxWorkers) {
    return fail(ErrorCode::kBusy, kMaxWorkers,
                " pictures are being decoded already: try again in a second.");
  }
  while (!idle_.empty()) {
    WorkerProcess worker = std::move(idle_.back());
    idle_.pop_back();
    if (!worker.alive()) continue;
    ++lent_;
    return worker;
  }
  auto worker = spawn();
  if (worker) ++lent_;
  return worker;
}

void SandboxedDecoders::give_back(WorkerProcess worker, bool reusable) {
  reusable = reusable && worker.busy() < kWorkingLife;
  if (!reusable) worker.end();
  const std::lock_guard lock(mutex_);
  --lent_;
  if (reusable && idle_.size() < kSpareWorkers) idle_.push_back(std::move(worker));
  fill_up();  // for those that were found dead
}

std::unexpected<Error> SandboxedDecoders::replace(WorkerProcess worker,
                                                  WorkerProcess::Failure failure,
                                                  ReadableFile& file) {
  using Failure = WorkerProcess::Failure;
  const std::string end = worker.end();
  const std::string picture = words_for(file);
  const bool late = failure == Failure::kLate || out_of_processor_time(end);
  ++(late ? timed_out_ : crashed_);
  std::string why = end;
  if (failure == Failure::kLate) why = "took longer than decode.deadline_ms";
  if (failure == Failure::kStopped) why = "stood still";
  if (failure == Failure::kNonsense) why = "answered what no decoder answers";
  say("decode: a worker " + why + " with a picture of " + picture +
      "; the picture is refused and another worker takes over");
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    fill_up();
  }
  if (late) {
    return fail(ErrorCode::kDecodeTimeout, "Decoding this picture (", picture,
                ") took longer than ", deadline().count() / 1000,
                " ms (decode.deadline_ms) and was given up. Send a smaller or simpler picture.");
  }
  return fail(ErrorCode::kDecodeFailed, "The decoder broke down on this picture (", picture,
              "), which was given up. Export it again and send it again.");
}

Error SandboxedDecoders::refused(const Error& error, ReadableFile& file) {
  if (error.code != ErrorCode::kDecodeLimit) return error;
  ++over_limit_;
  return fail(error.code, error.message.view(), " (", words_for(file), ")").error();
}

bool SandboxedDecoders::is_frame(const Canvas& canvas) const {
  const ByteSpan all = frames();
  const std::less_equal<> before;
  const std::size_t bytes = canvas.size.height == 0
                                ? 0
                                : canvas.stride * (canvas.size.height - 1) +
                                      canvas.size.width * bytes_per_pixel(canvas.format);
  return before(all.data(), canvas.pixels) && before(canvas.pixels, all.data() + all.size()) &&
         bytes <= static_cast<std::size_t>(all.data() + all.size() - canvas.pixels);
}

// A server that is gone is replaced.
Result<WorkerProcess> SandboxedDecoders::spawn() {
  if (server_) {
    if (auto worker = WorkerProcess::start(*server_, limits_)) {
      ++started_;
      return worker;
    }
    server_.reset();
    log_.write(LogLevel::kWarning,
               "decode: the process that makes workers is gone; it is started anew");
  }
  auto server = ForkServer::start(inside_);
  if (!server) return std::unexpected(server.error());
  server_ = std::move(*server);
  auto worker = WorkerProcess::start(*server_, limits_);
  if (worker) ++started_;
  return worker;
}

void SandboxedDecoders::fill_up() {
  while (idle_.size() < kSpareWorkers) {
    auto worker = spawn();
    if (!worker) return;  // the next picture tries again
    idle_.insert(idle_.begin(), std::move(*worker));
  }
}

void SandboxedDecoders::say(const std::string& line) {
  const auto now =
      std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now().time_since_epoch());
  const std::lock_guard lock(said_mutex_);
  if (now < say_again_) {
    ++unsaid_;
    return;
  }
  say_again_ = now + kSayEvery;
  const std::uint64_t more = std::exchange(unsaid_, 0);
  log_.write(LogLevel::kWarning,
             more == 0 ? line : line + " (and " + std::to_string(more) + " times before)");
}

}  // namespace p3a
