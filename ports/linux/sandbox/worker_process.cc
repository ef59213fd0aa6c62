#include "ports/linux/sandbox/worker_process.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <utility>

namespace p3a {
namespace {

// How often a worker that has not answered is looked at.
constexpr Micros kLook = 20ms;
// An answer that takes less is waited for on one processor with it.
constexpr Micros kQuick = 4ms;
// Less than that is kept for the next file.
constexpr std::size_t kKeptInput = std::size_t{1} << 20;
// Of a file that is more than that.
constexpr std::size_t kPiece = std::size_t{64} << 10;

Micros steady_now() {
  return std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now().time_since_epoch());
}

WorkerBoard* board_of(const SharedMemory& memory) {
  return reinterpret_cast<WorkerBoard*>(memory.bytes().data());
}

}  // namespace

Result<WorkerProcess> WorkerProcess::start(ForkServer& server, const WorkerLimits& limits) {
  auto memory = SharedMemory::make("p3a-worker", kWorkerMemoryBytes);
  if (!memory) return std::unexpected(memory.error());
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return fail(ErrorCode::kInternal, "no socket for a worker");
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  const timeval look{.tv_sec = 0, .tv_usec = kLook.count()};
  ::setsockopt(ours.get(), SOL_SOCKET, SO_RCVTIMEO, &look, sizeof look);
  const auto pid = server.spawn(theirs.get(), memory->descriptor(), limits);
  if (!pid) return std::unexpected(pid.error());
  memory->close_descriptor();
  return WorkerProcess(std::move(*memory), std::move(ours), *pid);
}

WorkerProcess::WorkerProcess(SharedMemory memory, FileDescriptor socket, pid_t pid)
    : memory_(std::move(memory)), socket_(std::move(socket)), pid_(pid) {
  CPU_ZERO(&allowed_);
  ::sched_getaffinity(pid_, sizeof allowed_, &allowed_);
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : memory_(std::move(other.memory_)),
      socket_(std::move(other.socket_)),
      pid_(std::exchange(other.pid_, -1)),
      number_(other.number_),
      busy_(other.busy_),
      quick_(other.quick_),
      placed_(other.placed_),
      allowed_(other.allowed_) {}

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(socket_, other.socket_);
  std::swap(pid_, other.pid_);
  std::swap(number_, other.number_);
  std::swap(busy_, other.busy_);
  std::swap(quick_, other.quick_);
  std::swap(placed_, other.placed_);
  std::swap(allowed_, other.allowed_);
  return *this;
}

WorkerProcess::~WorkerProcess() { end(); }

std::size_t WorkerProcess::put_input(ReadableFile& file, std::size_t bytes) const {
  if (bytes <= kKeptInput) return file.read_at(0, input().first(bytes));
  std::size_t offset = 0;
  for (std::size_t count = 1; count > 0 && offset < bytes; offset += count) {
    count = file.read_at(offset, input().subspan(offset, std::min(kPiece, bytes - offset)));
    memory_.let_go(kInputOffset + offset, count);
  }
  return offset;
}

void WorkerProcess::forget_input(std::size_t bytes) const {
  if (bytes > kKeptInput) memory_.discard(kInputOffset, bytes);
}

std::expected<Answer, WorkerProcess::Failure> WorkerProcess::ask(Question question,
                                                                 Micros deadline) {
  question.number = ++number_;
  WorkerBoard* const board = board_of(memory_);
  std::memcpy(&board->question, &question, sizeof question);
  place();
  const Micros asked = steady_now();
  if (::send(socket_.get(), &number_, sizeof number_, MSG_NOSIGNAL | MSG_DONTWAIT) !=
      sizeof number_)
    return std::unexpected(Failure::kDied);
  const auto number = wait_for_packet(deadline);
  const Micros took = steady_now() - asked;
  busy_ += took;
  quick_ = took < kQuick;
  if (!number) return std::unexpected(number.error());
  RawAnswer raw;
  std::memcpy(&raw, &board->answer, sizeof raw);
  const auto answer = parse_answer(raw);
  if (*number != number_ || !answer) return std::unexpected(Failure::kNonsense);
  return *answer;
}

void WorkerProcess::place() {
  const int wanted = quick_ ? ::sched_getcpu() : kAnywhere;
  if (wanted == placed_) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  if (wanted != kAnywhere) CPU_SET(static_cast<unsigned>(wanted), &one);
  ::sched_setaffinity(pid_, sizeof one, wanted == kAnywhere ? &allowed_ : &one);
  placed_ = wanted;
}

std::expected<std::uint32_t, WorkerProcess::Failure> WorkerProcess::wait_for_packet(
    Micros deadline) {
  const Micros asked = steady_now();
  std::optional<Micros> started;  // on the worker's own clock
  for (;;) {
    std::uint32_t number = 0;
    const ssize_t size = ::recv(socket_.get(), &number, sizeof number, MSG_TRUNC);
    if (size == sizeof number) return number;
    if (size > 0) return std::unexpected(Failure::kNonsense);
    if (size == 0 || (errno != EAGAIN && errno != EINTR)) return std::unexpected(Failure::kDied);
    if (stopped()) return std::unexpected(Failure::kStopped);
    const Micros waited = steady_now() - asked;
    const Micros used = processor_time();
    if (!started) started = used - std::min(used, waited);  // it had no more than that
    if (used - *started >= deadline || waited >= deadline * kSlack)
      return std::unexpected(Failure::kLate);
  }
}

bool WorkerProcess::stopped() const {
  siginfo_t about{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &about, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
         about.si_pid == pid_;
}

Micros WorkerProcess::processor_time() const {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
  return std::chrono::duration_cast<Micros>(std::chrono::seconds(time.tv_sec) +
                                            std::chrono::nanoseconds(time.tv_nsec));
}

bool WorkerProcess::alive() const {
  std::uint8_t byte = 0;
  return ::recv(socket_.get(), &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         errno == EAGAIN && !stopped();
}

std::uint32_t WorkerProcess::walls() const { return board_of(memory_)->answer.walls; }

std::string WorkerProcess::end() {
  const pid_t pid = std::exchange(pid_, -1);
  if (pid < 0) return "ended";
  ::kill(pid, SIGKILL);
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) return "ended";
  if (WIFEXITED(status)) return "ended with code " + std::to_string(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  const char* const name = ::sigdescr_np(signal);
  return "ended by signal " + std::to_string(signal) + " (" + (name != nullptr ? name : "?") + ")";
}

}  // namespace p3a
