// The walls around a worker. Once they stand, it may compute, take memory and use one socket; the
// kernel ends it for anything else that it asks for. They never come down again.
#pragma once

#include <cstdint>
#include <string>

namespace p3a {

/// What stands, as bits.
enum Wall : std::uint32_t {
  kNoNewPrivileges = 1,  ///< no set-user-id program gives it more; capabilities are gone
  kLimits = 2,           ///< of address space, processor time, files, core dumps
  kLandlock = 4,         ///< no file, no TCP port, no signal or socket of another program
  kSystemCalls = 8,      ///< only those on our list (seccomp)
  kAllWalls = 15,
};

struct WorkerLimits {
  std::uint32_t memory_mib = 64;    ///< that it may take beyond what it was born with
  std::uint32_t cpu_seconds = 600;  ///< in its whole life: for a parent that forgets it
};

/// The only descriptor that a worker keeps.
inline constexpr int kWorkerSocket = 0;

/// Raises the `wanted` walls around the calling process, which has one thread, keeps kWorkerSocket
/// and loses every other descriptor. Returns those that stand; what the kernel does not have is
/// missing.
std::uint32_t raise_walls(const WorkerLimits& limits, std::uint32_t wanted = kAllWalls);

/// For people: what is missing, "seccomp and Landlock"; empty when nothing is.
std::string missing_walls(std::uint32_t standing);

}  // namespace p3a
