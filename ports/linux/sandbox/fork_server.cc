#include "ports/linux/sandbox/fork_server.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "ports/linux/sandbox/protocol.h"
#include "ports/linux/sandbox/worker.h"

namespace p3a {
namespace {

constexpr int kServerSocket = 0;
constexpr int kErrorOutput = 2;  // kept by the server, for what a library says before it gives up
constexpr timeval kSpawnTimeout{.tv_sec = 5, .tv_usec = 0};

// A message and two descriptors.
struct Envelope {
  explicit Envelope(WorkerLimits& limits) : body{&limits, sizeof limits} {
    header.msg_iov = &body;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
  }
  Envelope(const Envelope&) = delete;
  Envelope& operator=(const Envelope&) = delete;

  iovec body;
  alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
  msghdr header{};
};

// Closed but for the first, which becomes number 0, and standard error.
void keep_only(int socket) {
  ::dup2(socket, 0);
  ::close(1);
  ::syscall(SYS_close_range, kErrorOutput + 1, ~0U, 0);
}

void leave_stopping_to_the_display() {
  // Control-C and systemd reach the whole group; the display still decodes while it stops.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(number, SIG_IGN);
}

void be_the_first_to_go_without_memory() {
  const FileDescriptor file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  constexpr std::string_view kScore = "500";
  if (file && ::write(file.get(), kScore.data(), kScore.size()) < 0) return;  // as good as it gets
}

void die_with_parent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // it was too late
}

[[noreturn]] void become_worker(int socket, int memory, const WorkerLimits& limits,
                                Decoders& decoders, pid_t display) {
  die_with_parent(display);
  const int kept = ::fcntl(memory, F_DUPFD_CLOEXEC, 3);
  ::dup2(socket, kWorkerSocket);
  auto mapped = SharedMemory::map(FileDescriptor(kept), kWorkerMemoryBytes);
  if (!mapped) ::_exit(1);
  mapped->close_descriptor();
  run_worker(*mapped, limits, decoders);
}

// A child of this process' parent; nothing of the C library's bookkeeping is wanted, since there is
// one thread.
pid_t fork_sibling() {
  return static_cast<pid_t>(::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0));
}

[[noreturn]] void serve(Decoders& decoders, pid_t display) {
  for (;;) {
    WorkerLimits limits;
    Envelope envelope(limits);
    const ssize_t size = ::recvmsg(kServerSocket, &envelope.header, MSG_CMSG_CLOEXEC);
    if (size < 0 && errno == EINTR) continue;
    const cmsghdr* const control = CMSG_FIRSTHDR(&envelope.header);
    if (size != sizeof limits || control == nullptr) ::_exit(0);
    int descriptors[2];
    std::memcpy(descriptors, CMSG_DATA(control), sizeof descriptors);
    const pid_t pid = fork_sibling();
    if (pid == 0) become_worker(descriptors[0], descriptors[1], limits, decoders, display);
    for (const int descriptor : descriptors) ::close(descriptor);
    if (::send(kServerSocket, &pid, sizeof pid, MSG_NOSIGNAL) != sizeof pid) ::_exit(0);
  }
}

}  // namespace

Result<ForkServer> ForkServer::start(Decoders& decoders) {
  ::signal(SIGCHLD, SIG_DFL);  // else nobody learns how a worker ended
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return fail(ErrorCode::kInternal, "no socket for the decoder's process");
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  const pid_t display = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return fail(ErrorCode::kInternal, "no process for the decoder");
  if (pid == 0) {
    die_with_parent(display);
    ::prctl(PR_SET_NAME, "p3a-decode");
    leave_stopping_to_the_display();
    be_the_first_to_go_without_memory();
    keep_only(theirs.get());
    serve(decoders, display);
  }
  ::setsockopt(ours.get(), SOL_SOCKET, SO_RCVTIMEO, &kSpawnTimeout, sizeof kSpawnTimeout);
  return ForkServer(std::move(ours), pid);
}

ForkServer::ForkServer(ForkServer&& other) noexcept
    : socket_(std::move(other.socket_)), pid_(std::exchange(other.pid_, -1)) {}

ForkServer& ForkServer::operator=(ForkServer&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(pid_, other.pid_);
  return *this;
}

ForkServer::~ForkServer() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Result<pid_t> ForkServer::spawn(int socket, int memory, const WorkerLimits& limits) {
  WorkerLimits body = limits;
  Envelope envelope(body);
  cmsghdr* const control = CMSG_FIRSTHDR(&envelope.header);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  const int descriptors[] = {socket, memory};
  control->cmsg_len = CMSG_LEN(sizeof descriptors);
  std::memcpy(CMSG_DATA(control), descriptors, sizeof descriptors);
  pid_t pid = -1;
  if (::sendmsg(socket_.get(), &envelope.header, MSG_NOSIGNAL) != sizeof body ||
      ::recv(socket_.get(), &pid, sizeof pid, 0) != sizeof pid || pid <= 0)
    return fail(ErrorCode::kInternal, "the decoder's process makes no worker");
  return pid;
}

}  // namespace p3a
