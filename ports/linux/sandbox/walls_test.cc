// Each wall, proved from inside: a child of the test raises it and tries what it forbids.
#include "ports/linux/sandbox/walls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <functional>
#include <tuple>

#include "core/base/sanitizers.h"

namespace p3a {
namespace {

constexpr int kWentOn = 40;
constexpr int kHeldBack = 41;
constexpr int kNoWall = 42;
constexpr int kSomethingElse = 43;

// How a child ends that raises `walls`, tries that, and goes on: its wait status.
int try_behind(std::uint32_t walls, const std::function<int()>& attempt, WorkerLimits limits = {}) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (raise_walls(limits, walls) != walls) ::_exit(kNoWall);
    ::_exit(attempt());
  }
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return status;
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status); }

struct Forbidden {
  const char* name;
  std::function<void()> attempt;
};

TEST(Walls, EndAWorkerThatAsksForMoreThanItMay) {
  char text[] = "x";
  char* const arguments[] = {text, nullptr};
  const int other = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
  const pid_t parent = ::getpid();
  static long memory[1024];
  const Forbidden all[] = {
      {"open", [] { ::open("/etc/passwd", O_RDONLY | O_CLOEXEC); }},
      {"openat for writing",
       [] { ::openat(AT_FDCWD, "/tmp/x", O_CREAT | O_WRONLY | O_CLOEXEC, 0600); }},
      {"socket", [] { ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }},
      {"execve", [&] { ::execve("/bin/true", arguments, nullptr); }},
      {"fork", [] { ::fork(); }},
      {"clone", [] { ::syscall(SYS_clone, CLONE_VM, nullptr, nullptr, nullptr, nullptr); }},
      {"ptrace", [&] { ::ptrace(PTRACE_ATTACH, parent, nullptr, nullptr); }},
      {"process_vm_readv",
       [&] { ::syscall(SYS_process_vm_readv, parent, nullptr, 0, nullptr, 0, 0); }},
      {"kill", [&] { ::kill(parent, 0); }},
      {"mmap to run",
       [] { ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }},
      {"mmap of a file", [&] { ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, other, 0); }},
      {"mprotect to run", [] { ::mprotect(memory, 4096, PROT_READ | PROT_WRITE | PROT_EXEC); }},
      {"read of another descriptor", [&] { std::ignore = ::read(other, memory, 1); }},
#if !P3A_ADDRESS_SANITIZER && !P3A_THREAD_SANITIZER  // whose runtimes write, too
      {"write to standard error", [] { std::ignore = ::write(2, "x", 1); }},
#endif
      {"dup", [] { std::ignore = ::dup(kWorkerSocket); }},
      {"sendmsg", [] { ::sendmsg(kWorkerSocket, nullptr, 0); }},
      {"prctl", [] { ::prctl(PR_SET_DUMPABLE, 1); }},
      {"setrlimit",
       [] {
         const rlimit more{1, 1};
         ::setrlimit(RLIMIT_AS, &more);
       }},
      {"ioctl", [] { ::syscall(SYS_ioctl, kWorkerSocket, 0, nullptr); }},
      {"io_uring", [] { ::syscall(SYS_io_uring_setup, 1, memory); }},
      {"nanosleep",
       [] {
         const timespec moment{0, 1};
         ::nanosleep(&moment, nullptr);
       }},
  };
  for (const Forbidden& forbidden : all) {
    const int status = try_behind(kAllWalls, [&] {
      forbidden.attempt();
      return kWentOn;
    });
    EXPECT_EQ(code_of(status), -SIGSYS) << forbidden.name;
  }
  ::close(other);
}

TEST(Walls, LetAWorkerCompute) {
  const int status = try_behind(kAllWalls, [] {
    for (std::size_t bytes = 64; bytes < (8u << 20); bytes *= 3) {
      auto* taken = static_cast<volatile char*>(std::malloc(bytes));
      if (taken == nullptr) return kHeldBack;
      taken[bytes - 1] = 1;
      taken = static_cast<volatile char*>(std::realloc(const_cast<char*>(taken), bytes * 2));
      std::free(const_cast<char*>(taken));
    }
    return kWentOn;
  });
  EXPECT_EQ(code_of(status), kWentOn);
}

TEST(Walls, LeaveOneDescriptor) {
  const int status = try_behind(kNoNewPrivileges | kLimits, [] {
    for (int number = kWorkerSocket + 1; number < 1024; ++number)
      if (::fcntl(number, F_GETFD) != -1) return kWentOn;
    return kHeldBack;
  });
  EXPECT_EQ(code_of(status), kHeldBack);
}

TEST(Walls, OfLandlockBarFilesByThemselves) {
  const int status = try_behind(kNoNewPrivileges | kLandlock, [] {
    if (::open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0) return kWentOn;
    if (errno != EACCES) return kSomethingElse;
    return ::open("/tmp/p3a-walls-test", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) >= 0 ? kWentOn
                                                                                    : kHeldBack;
  });
  if (code_of(status) == kNoWall) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(code_of(status), kHeldBack);
}

TEST(Walls, GiveNoPrivilegesBack) {
  const int status = try_behind(kNoNewPrivileges, [] {
    const bool bare =
        ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && ::prctl(PR_GET_DUMPABLE) == 0;
    return bare ? kHeldBack : kWentOn;
  });
  EXPECT_EQ(code_of(status), kHeldBack);
}

#if !P3A_ADDRESS_SANITIZER && !P3A_THREAD_SANITIZER  // which take address space of their own
TEST(Walls, BoundMemory) {
  const int status = try_behind(kAllWalls,
                                [] {
                                  constexpr std::size_t kTooMuch = std::size_t{32} << 20;
                                  void* const taken =
                                      ::mmap(nullptr, kTooMuch, PROT_READ | PROT_WRITE,
                                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                                  return taken == MAP_FAILED ? kHeldBack : kWentOn;
                                },
                                {.memory_mib = 16, .cpu_seconds = 60});
  EXPECT_EQ(code_of(status), kHeldBack);
}
#endif

TEST(Walls, BoundProcessorTime) {
  const int status = try_behind(kAllWalls,
                                [] {
                                  for (volatile bool on = true; on;) {
                                  }
                                  return kWentOn;
                                },
                                {.memory_mib = 64, .cpu_seconds = 1});
  const int code = code_of(status);
  EXPECT_TRUE(code == -SIGXCPU || code == -SIGKILL) << code;
}

TEST(Walls, AreNamedWhenTheyAreMissing) {
  EXPECT_EQ(missing_walls(kAllWalls), "");
  EXPECT_EQ(missing_walls(kAllWalls & ~std::uint32_t{kSystemCalls}), "seccomp");
  EXPECT_EQ(missing_walls(kNoNewPrivileges | kLimits), "Landlock, seccomp");
}

}  // namespace
}  // namespace p3a
