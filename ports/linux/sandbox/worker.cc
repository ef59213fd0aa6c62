#include "ports/linux/sandbox/worker.h"

#include <malloc.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <new>

#include "device/borrowed_file.h"
#include "ports/linux/sandbox/protocol.h"

namespace p3a {
namespace {

Answer decode(std::unique_ptr<Picture>& picture, const Question& question, ByteView input,
              Decoders& decoders) {
  if (question.open) {
    picture.reset();
    auto opened = decoders.open(std::make_unique<BorrowedFile>(input.first(question.input_bytes)),
                                question.limits);
    if (!opened) return {std::unexpected(opened.error())};
    picture = std::move(*opened);
  }
  if (!picture) return {fail(ErrorCode::kInternal, "No picture is open.")};
  auto frame = picture->next(question.view, question.canvas);
  return {frame, frame && picture->info().animated};
}

Answer decode_in_bounds(std::unique_ptr<Picture>& picture, const Question& question, ByteView input,
                        Decoders& decoders) {
  try {
    return decode(picture, question, input, decoders);
  } catch (const std::bad_alloc&) {
    return {fail(ErrorCode::kDecodeLimit,
                 "Decoding the picture needs more memory than decode.memory_mib allows. Send a "
                 "smaller picture.")};
  }
}

// A frame's memory is taken again for the next one, up to that much; given back to the system, its
// pages would come back one fault at a time, which costs half as much as decoding a frame.
void keep_memory_at_hand() {
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 2 << 20);
}

}  // namespace

void run_worker(const SharedMemory& memory, const WorkerLimits& limits, Decoders& decoders) {
  auto* const board = reinterpret_cast<WorkerBoard*>(memory.bytes().data());
  const ByteView input = memory.bytes().subspan(kInputOffset);
  keep_memory_at_hand();
  board->answer.walls = raise_walls(limits);
  const std::uint32_t walls = board->answer.walls;
  std::unique_ptr<Picture> picture;
  std::uint32_t number = 0;
  while (::read(kWorkerSocket, &number, sizeof number) == sizeof number) {
    const Answer answer = decode_in_bounds(picture, board->question, input, decoders);
    board->answer = raw_answer(answer);
    board->answer.walls = walls;
    if (::write(kWorkerSocket, &number, sizeof number) != sizeof number) break;
    if (!answer.animated) picture.reset();  // while the display goes on
  }
  ::_exit(0);
}

}  // namespace p3a
