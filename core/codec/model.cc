#include "core/codec/model.h"

namespace p3a::p3x {

void Model::reset() {
  hit.fill({});
  candidate.fill({});
  in_palette.fill({});
  run.fill({});
  colour.fill({});
  colour_after.fill({});
  for (auto& channel : residual)
    for (auto& tree : channel) tree.fill({});
  pair.fill(kNoColour);
  palette.fill(0);
  palette_count = 0;
  run_state = 0;
  last_miss = 0;
  error_space = 0;
  error_time = 0;
  skip.fill({});
  coded.fill({});
  for (auto& trees : source)
    for (auto& tree : trees) tree.fill({});
  source_count.fill({});
  same_source = {};
  back.fill({});
  for (auto& tree : magnitude) tree.fill({});
  sign.fill({});
  sources.fill({});
  sources_used = 1;
}

}  // namespace p3a::p3x
