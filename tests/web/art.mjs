// A small picture of our own: night falls over a bay. 72 × 72, so that a panel of 720 shows each
// pixel as 10 × 10.
import {encodePng} from './png.mjs';

const kSize = 72;
const kHorizon = 46;
const kMoon = {x: 50, y: 17, radius: 9};
const kSky = ['#120c2c', '#24155a', '#4a2380', '#8a2f86', '#cf4a74', '#f57f5b', '#fdbb6b', '#ffe5a3'];
const kSea = ['#f7a96b', '#c9587a', '#6d3486', '#3a2270', '#1d1650', '#120f38'];
const kBayer = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

// The colour of a ramp at a share of its length, mixed out of whole palette colours.
function dithered(ramp, share, x, y) {
  const place = Math.min(Math.max(share, 0), 0.9999) * (ramp.length - 1);
  const threshold = (kBayer[(y % 4) * 4 + (x % 4)] + 0.5) / 16;
  return ramp[Math.floor(place) + (place % 1 > threshold ? 1 : 0)];
}

const ridge = (x, seed, height) => kHorizon - Math.round(height * (0.55 + 0.3 * Math.sin(x / 7 + seed) +
    0.15 * Math.sin(x / 2.9 + seed * 3)));

function sky(x, y) {
  const fromMoon = Math.hypot(x - kMoon.x, y - kMoon.y);
  if (fromMoon < kMoon.radius) {
    const crater = [[47, 15, 1.6], [53, 20, 2.1], [51, 12, 1.2]].some(([cx, cy, r]) => Math.hypot(x - cx, y - cy) < r);
    return crater ? '#f3d9a0' : '#fff6d8';
  }
  if (y < 32 && (x * 197 + y * 409 + x * y * 31) % 173 === 0) return y % 3 ? '#fff6d8' : '#b79bd9';
  return dithered(kSky, y / kHorizon + 0.22 * Math.exp(-Math.max(fromMoon - kMoon.radius, 0) / 5), x, y);
}

function sea(x, y) {
  const depth = y - kHorizon;
  const wave = Math.round(1.4 * Math.sin(y * 1.9) + Math.sin(y * 0.7));
  const halfway = 3 + depth / 5;
  if (Math.abs(x + wave - kMoon.x) < halfway && (depth * 5 + x) % 7 < 4) return depth % 3 ? '#fdbb6b' : '#fff6d8';
  if ((x * 3 + y * 11) % 41 < 3 && depth % 3 === 1) return '#8a2f86';
  return dithered(kSea, Math.sqrt(depth / (kSize - kHorizon)), x, y);
}

// The boat, drawn by hand.
const kBoat = [
  '.......#......',
  '.......#......',
  '......w#......',
  '.....ww#w.....',
  '.....ww#w.....',
  '....www#ww....',
  '....www#ww....',
  '...wwww#www...',
  '..wwwww#wwww..',
  '.wwwwww#wwwww.',
  '.......#......',
  '#rrrrrrrrrrrr#',
  '.#rrrrrrrrrr#.',
  '..##########..',
];
const kPaint = {'#': '#1d1230', w: '#ffe9c9', r: '#e4485f'};

function boat(x, y) {
  const mark = kBoat[y - 42]?.[x - 12];
  return kPaint[mark];
}

function colour(x, y) {
  const ink = boat(x, y);
  if (ink) return ink;
  if (y >= kHorizon) return sea(x, y);
  if (y >= ridge(x, 4.2, 7)) return '#2a1648';
  if (y >= ridge(x, 1.1, 15)) return '#5a2a72';
  return sky(x, y);
}

export const bay = () => encodePng(kSize, kSize, (x, y) => {
  const rgb = Number.parseInt(colour(x, y).slice(1), 16);
  return [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
});
