#include "ports/linux/sandbox/walls.h"

#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "core/base/sanitizers.h"

namespace p3a {
namespace {

// A service without any may be forbidden to set them.
bool drop_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct now[2] = {};
  const __user_cap_data_struct none[2] = {};
  if (::syscall(SYS_capget, &header, now) == 0 && now[0].permitted == 0 && now[1].permitted == 0)
    return true;
  return ::syscall(SYS_capset, &header, none) == 0;
}

bool drop_privileges() {
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_DUMPABLE, 0) == 0 &&
         drop_capabilities();
}

// Address space in use, 0 when that cannot be told.
rlim_t address_space() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"),
                                                             std::fclose);
  unsigned long pages = 0;
  if (!file || std::fscanf(file.get(), "%lu", &pages) != 1) return 0;
  return rlim_t{pages} * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

bool limit(__rlimit_resource what, rlim_t value) {
  const rlimit both{.rlim_cur = value, .rlim_max = value};
  return ::setrlimit(what, &both) == 0;
}

bool set_limits(const WorkerLimits& limits) {
  const rlim_t born_with = address_space();
  bool set = born_with != 0 && limit(RLIMIT_CPU, limits.cpu_seconds) && limit(RLIMIT_CORE, 0) &&
             limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_MEMLOCK, 0);
  // A sanitizer's shadow memory grows with what is in use.
#if !P3A_ADDRESS_SANITIZER && !P3A_THREAD_SANITIZER
  set = set && limit(RLIMIT_AS, born_with + (rlim_t{limits.memory_mib} << 20));
#endif
  return set;
}

// Landlock's rights by the version of the kernel's interface (docs.kernel.org/userspace-api/
// landlock.html); the headers that we build with may know fewer.
bool raise_landlock() {
  struct Ruleset {
    std::uint64_t files;
    std::uint64_t network;
    std::uint64_t scopes;
  };
  const long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  const int rights = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
  const Ruleset all{.files = (std::uint64_t{1} << rights) - 1, .network = 3, .scopes = 3};
  const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const auto ruleset = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all, size, 0));
  if (ruleset < 0) return false;
  const bool raised = ::syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  ::close(ruleset);
  return raised;
}

// As libseccomp's macros, which are C.
scmp_arg_cmp argument(unsigned index, scmp_compare op, scmp_datum_t a, scmp_datum_t b = 0) {
  return {.arg = index, .op = op, .datum_a = a, .datum_b = b};
}

bool filter_system_calls() {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(
      ::seccomp_init(SCMP_ACT_KILL_PROCESS), ::seccomp_release);
  if (!filter) return false;
  const auto allow = [&](int call, auto... conditions) {
    return ::seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, sizeof...(conditions),
                              conditions...) == 0;
  };
  const scmp_arg_cmp own_socket = argument(0, SCMP_CMP_EQ, kWorkerSocket);
  bool built = allow(SCMP_SYS(read), own_socket) && allow(SCMP_SYS(write), own_socket) &&
               allow(SCMP_SYS(munmap)) && allow(SCMP_SYS(mremap)) && allow(SCMP_SYS(brk)) &&
               allow(SCMP_SYS(madvise)) && allow(SCMP_SYS(exit_group));
  // What pthread_once() asks for, which a C library's error paths use.
  for (const int operation : {FUTEX_WAIT_PRIVATE, FUTEX_WAKE_PRIVATE})
    built = built &&
            allow(SCMP_SYS(futex), argument(1, SCMP_CMP_EQ, static_cast<scmp_datum_t>(operation)));
  // Memory of its own only, that cannot run.
  const scmp_arg_cmp not_executable = argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  const scmp_arg_cmp anonymous = argument(3, SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS);
  built = built && allow(SCMP_SYS(mmap), not_executable, anonymous);
#if defined(__arm__) || defined(__i386__)
  built = built && allow(SCMP_SYS(mmap2), not_executable, anonymous);
#endif
#if P3A_ADDRESS_SANITIZER || P3A_THREAD_SANITIZER  // what their runtimes ask for beside
  built = built && allow(SCMP_SYS(getpid)) && allow(SCMP_SYS(sched_yield)) &&
          allow(SCMP_SYS(mprotect), not_executable) && allow(SCMP_SYS(sigaltstack)) &&
          allow(SCMP_SYS(rt_sigprocmask));
  // UBSan asks the kernel whether it may read an object's table by writing it to a pipe.
  built = built && allow(SCMP_SYS(pipe2)) && allow(SCMP_SYS(write)) && allow(SCMP_SYS(close));
#endif
  return built && ::seccomp_load(filter.get()) == 0;
}

}  // namespace

std::uint32_t raise_walls(const WorkerLimits& limits, std::uint32_t wanted) {
  std::uint32_t standing = 0;
  const auto raise = [&](Wall wall, auto build) {
    if ((wanted & wall) != 0 && build()) standing |= wall;
  };
  raise(kLimits, [&] { return set_limits(limits); });
  ::syscall(SYS_close_range, kWorkerSocket + 1, ~0U, 0);
  raise(kNoNewPrivileges, drop_privileges);
  raise(kLandlock, raise_landlock);
  raise(kSystemCalls, filter_system_calls);
  return standing;
}

std::string missing_walls(std::uint32_t standing) {
  struct Name {
    Wall wall;
    const char* text;
  };
  constexpr Name kNames[] = {{kNoNewPrivileges, "no_new_privs"},
                             {kLimits, "resource limits"},
                             {kLandlock, "Landlock"},
                             {kSystemCalls, "seccomp"}};
  std::string missing;
  for (const Name& name : kNames) {
    if ((standing & name.wall) != 0) continue;
    if (!missing.empty()) missing += ", ";
    missing += name.text;
  }
  return missing;
}

}  // namespace p3a
