// Runs a fuzz target of core/ on the chip's instruction set: every seed as it is, and RUNS times
// with some bytes changed, cut off or said again, the same ones each time. Prints what the dearest
// input took and "N passed, 0 failed"; a broken invariant ends it before that.
//   TARGET RUNS SEED...
// SEED are short paths on the host's disk. script/test-rv32 runs it.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "ports/rv32/machine.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

struct Input {
  std::array<std::uint8_t, 4096> bytes;
  std::size_t size = 0;
};

// xorshift32 (Marsaglia, 2003).
class Random {
 public:
  std::uint32_t below(std::size_t most) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return static_cast<std::uint32_t>(state_ % most);
  }

 private:
  std::uint32_t state_ = 1;
};

void change(Input& input, Random& random) {
  for (std::uint32_t i = 1 + random.below(4); i-- > 0 && input.size > 0;) {
    const std::size_t at = random.below(input.size), from = random.below(input.size);
    const std::size_t length = std::min(input.size - std::max(at, from), std::size_t{16});
    switch (random.below(4)) {
      case 0:
        input.bytes[at] ^= static_cast<std::uint8_t>(1U << random.below(8));
        break;
      case 1:
        input.bytes[at] = static_cast<std::uint8_t>(random.below(256));
        break;
      case 2:
        std::copy_n(&input.bytes[from], length, &input.bytes[at]);
        break;
      default:
        if (random.below(8) == 0) input.size = at;
    }
  }
}

std::uint64_t dearest = 0;

void run(const Input& input) {
  const std::uint64_t begun = p3a::rv32::instructions();
  LLVMFuzzerTestOneInput(input.bytes.data(), input.size);
  dearest = std::max(dearest, p3a::rv32::instructions() - begun);
}

}  // namespace

int main(int argc, char** argv) {
  static Input seed, changed;
  const int runs = argc > 2 ? std::atoi(argv[1]) : 0;
  if (runs <= 0) return 2;
  Random random;
  int passed = 0;
  for (int i = 2; i < argc; ++i) {
    std::FILE* const file = std::fopen(argv[i], "rb");
    if (file == nullptr) return 2;
    seed.size = std::fread(seed.bytes.data(), 1, seed.bytes.size(), file);
    std::fclose(file);
    run(seed);
    for (int k = 0; k < runs; ++k) {
      changed = seed;
      change(changed, random);
      run(changed);
    }
    passed += 1 + runs;
  }
  std::printf("dearest input: %llu instructions\n%d passed, 0 failed\n",
              static_cast<unsigned long long>(dearest), passed);
  return 0;
}
