#include "core/compose/splash.h"

#include <algorithm>
#include <cstdint>

#include "core/compose/text.h"
#include "core/compose/turned_canvas.h"

namespace p3a {
namespace {

constexpr std::string_view kTitle = "p3a-live";
constexpr Rgb kNight{20, 17, 38};
constexpr Rgb kGold{255, 209, 102};
constexpr Rgb kPale{208, 206, 228};
constexpr std::uint32_t kLineAdvance = 11;  // at scale 1: a cell and some air

// Our own drawings: a little panel that smiles.
constexpr std::string_view kLarge[] = {
    "....................*...",  //
    ".+.................***..",  //
    "+++.................*...",  //
    ".+..hhhhhhhhhhhhhhhh....",  //
    "...hffffffffffffffffs.*.",  //
    "...hfaaaaaaaaaaaaaafs...",  //
    "...hfaaaaaaaaaaawwafs...",  //
    "...hfaaaeeaaaaeeawafs...",  //
    ".*.hfaaaweaaaaweaaafs...",  //
    "...hfbbbeebbbbeebbbfs...",  //
    "...hfbccbbbbbbbbccbfs...",  //
    "...hfbbbbebbbbebbbbfs...",  //
    "...hfbbbbbeeeebbbbbfs...",  //
    "...hfddddddddddddddfs...",  //
    "...hfddddddddddddddfs...",  //
    "...hffffffffffffffffs.+.",  //
    "....ssssssssssssssss.+++",  //
    "......sss......sss....+.",  //
    ".....sss........sss.....",  //
};
constexpr std::string_view kSmall[] = {
    ".hhhhhhhhhhhh.",  //
    "hffffffffffffs",  //
    "hfaaaaaaaaaafs",  //
    "hfaaaaaaaaaafs",  //
    "hfaaeaaaaeaafs",  //
    "hfaaeaaaaeaafs",  //
    "hfcbbbbbbbbcfs",  //
    "hfbbebbbbebbfs",  //
    "hfbbbeeeebbbfs",  //
    "hfddddddddddfs",  //
    "hffffffffffffs",  //
    ".ssssssssssss.",  //
    "...ss....ss...",  //
};

Rgb palette(char pixel) {
  switch (pixel) {
    case '*':
      return kGold;
    case '+':
      return {239, 118, 160};
    case 'h':  // the edge in the light
      return {156, 136, 214};
    case 'f':
      return {94, 76, 158};
    case 's':  // the edge in the shadow
      return {62, 48, 112};
    case 'a':  // the screen, darker downwards
      return {142, 232, 214};
    case 'b':
      return {112, 212, 206};
    case 'd':
      return {86, 188, 198};
    case 'w':
      return {240, 255, 250};
    case 'e':  // eyes and mouth
      return {32, 38, 72};
    case 'c':  // cheeks
      return {255, 150, 150};
    default:
      return kNight;
  }
}

/// A drawing and how large it is shown; scale 0: not at all.
struct Motif {
  std::span<const std::string_view> rows;
  std::uint32_t scale = 0;

  Size size() const {
    return {static_cast<std::uint32_t>(rows.front().size()) * scale,
            static_cast<std::uint32_t>(rows.size()) * scale};
  }
};

Motif largest_motif(Size room) {
  for (const std::span<const std::string_view> rows :
       {std::span<const std::string_view>(kLarge), std::span<const std::string_view>(kSmall)}) {
    const Size one = Motif{rows, 1}.size();
    const std::uint32_t scale = std::min(room.width / one.width, room.height / one.height);
    if (scale > 0) return {rows, scale};
  }
  return {kSmall, 0};
}

struct Layout {
  Motif motif{kSmall};
  std::uint32_t title_scale = 0;  // 0: left out
  std::uint32_t line_scale = 0;
  std::span<const std::string_view> lines;

  std::uint32_t gap() const { return std::max<std::uint32_t>(2, title_scale * 4); }
  std::uint32_t text_height() const {
    const auto count = static_cast<std::uint32_t>(lines.size());
    return (title_scale > 0 ? gap() + kTextCell.height * title_scale : 0) +
           (count > 0 ? gap() + count * kLineAdvance * line_scale : 0);
  }
};

/// The largest scale, of at most a share of the canvas, at which text of that width at scale 1
/// fits.
std::uint32_t text_scale(Size canvas, std::uint32_t width, std::uint32_t share_of_height) {
  if (width == 0 || width > canvas.width) return 0;
  const std::uint32_t by_height = canvas.height / share_of_height / kTextCell.height;
  const std::uint32_t by_width = canvas.width * 9 / 10 / width;
  return std::clamp<std::uint32_t>(std::min(by_width, by_height), 1, 1024);
}

Layout lay_out(Size canvas, std::span<const std::string_view> lines) {
  Layout layout;
  std::uint32_t widest = 0;
  std::size_t fitting = 0;
  for (; fitting < lines.size(); ++fitting) {
    const std::uint32_t width = text_size(lines[fitting], 1).width;
    if (width > canvas.width) break;
    widest = std::max(widest, width);
  }
  layout.lines = lines.first(fitting);
  layout.line_scale = text_scale(canvas, widest, 24);
  layout.title_scale = text_scale(canvas, text_size(kTitle, 1).width, 9);
  const auto fit_motif = [&] {
    const std::uint32_t margin = canvas.height > 100 ? canvas.height / 12 : 1;
    const std::uint32_t taken = layout.text_height() + 2 * margin;
    const std::uint32_t width = canvas.width > 100 ? canvas.width * 3 / 4 : canvas.width;
    layout.motif = largest_motif({width, canvas.height > taken ? canvas.height - taken : 0});
    return layout.motif.scale > 0;
  };
  if (fit_motif()) return layout;
  layout.lines = {};
  if (fit_motif()) return layout;
  layout.title_scale = 0;
  fit_motif();
  return layout;
}

std::int32_t centred(std::uint32_t inner, std::uint32_t outer) {
  return (static_cast<std::int32_t>(outer) - static_cast<std::int32_t>(inner)) / 2;
}

void draw_motif(const TurnedCanvas& canvas, const Motif& motif, std::int32_t top,
                const ToneCurve& tone) {
  const auto scale = static_cast<std::int32_t>(motif.scale);
  const std::int32_t left = centred(motif.size().width, canvas.size().width);
  for (std::int32_t y = 0; const std::string_view row : motif.rows) {
    for (std::int32_t x = 0; const char pixel : row) {
      canvas.fill_rect({left + x * scale, top + y * scale, motif.scale, motif.scale},
                       through(tone, palette(pixel)));
      ++x;
    }
    ++y;
  }
}

/// Draws a line in the middle of the canvas.
void draw_centred(const TurnedCanvas& canvas, std::int32_t top, std::uint32_t scale, Rgb color,
                  std::string_view text) {
  draw_text(canvas, centred(text_size(text, scale).width, canvas.size().width), top, scale, color,
            text);
}

}  // namespace

void draw_splash(const Canvas& canvas, const View& view, std::span<const std::string_view> lines) {
  fill(canvas, kNight, view.tone);
  const TurnedCanvas upright(canvas, view.rotation);
  const Layout layout = lay_out(upright.size(), lines);
  if (layout.motif.scale == 0) return;
  const std::uint32_t motif_height = layout.motif.size().height;
  std::int32_t top = centred(motif_height + layout.text_height(), upright.size().height);
  draw_motif(upright, layout.motif, top, view.tone);
  const auto gap = static_cast<std::int32_t>(layout.gap());
  top += static_cast<std::int32_t>(motif_height) + gap;
  if (layout.title_scale == 0) return;
  draw_centred(upright, top, layout.title_scale, through(view.tone, kGold), kTitle);
  top += static_cast<std::int32_t>(kTextCell.height * layout.title_scale) + gap;
  for (const std::string_view line : layout.lines) {
    draw_centred(upright, top, layout.line_scale, through(view.tone, kPale), line);
    top += static_cast<std::int32_t>(kLineAdvance * layout.line_scale);
  }
}

}  // namespace p3a
