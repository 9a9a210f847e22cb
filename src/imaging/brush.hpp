// Colours and the few shapes the demo pictures are made of, painted one row of pixels at a time.
#pragma once

#include "base/image_format.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gw {

// Channels 0..1, gamma-encoded as they end up in the file.
struct Rgb {
  float r = 0;
  float g = 0;
  float b = 0;
};

constexpr Rgb rgb(std::uint32_t hex) {
  return {static_cast<float>(hex >> 16 & 0xff) / 255, static_cast<float>(hex >> 8 & 0xff) / 255,
          static_cast<float>(hex & 0xff) / 255};
}
constexpr float mix(float a, float b, float t) {
  return a + (b - a) * t;
}
constexpr Rgb mix(Rgb a, Rgb b, float t) {
  return {mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t)};
}
constexpr float clamp01(float value) {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
constexpr float smooth(float t) {
  const float c = clamp01(t);
  return c * c * (3 - 2 * c);
}

// Numbers that are the same wherever the same seed is (SplitMix64).
class Dice final {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  float unit() { return static_cast<float>(next() >> 40) * 0x1p-24f; }
  float between(float low, float high) { return mix(low, high, unit()); }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

// One row of pixels under the brush: the planes lie apart so that the compiler can work on several
// at once.
struct Row {
  explicit Row(std::size_t width) : r(width), g(width), b(width) {}
  std::size_t width() const { return r.size(); }
  std::vector<float> r, g, b;
};

struct Ellipse {
  float x = 0;
  float y = 0;
  float rx = 0;
  float ry = 0;
};

// The upper edge of something that reaches to the bottom: hills, waves. One height for each column.
class Edge final {
 public:
  explicit Edge(std::vector<float> heights);
  float top() const { return top_; }
  float bottom() const { return bottom_; }
  const std::vector<float>& heights() const { return heights_; }
  // How much of a pixel's distance to the edge is vertical, so that steep slopes stay smooth.
  const std::vector<float>& steepness() const { return steepness_; }

 private:
  std::vector<float> heights_;
  std::vector<float> steepness_;
  float top_ = 0;
  float bottom_ = 0;
};

// What fills the ground below an edge: `edge` colour at the top, `deep` from `depth` pixels below
// on.
struct Ground {
  Rgb edge;
  Rgb deep;
  float depth = 1;
};

void fill(Row& row, Rgb colour);
// A hard-edged disc, from `lit` at its upper left to `shade` at its lower right.
void paint_disc(Row& row, float y, float cx, float cy, float radius, Rgb lit, Rgb shade,
                float alpha);
void paint_ring(Row& row, float y, float cx, float cy, float radius, float thickness, Rgb colour,
                float alpha);
// A spot that fades out towards its rim: glows, clouds, stars.
void paint_spot(Row& row, float y, const Ellipse& spot, Rgb colour, float strength);
void paint_ground(Row& row, float y, const Edge& edge, const Ground& ground);
// Darkens what lies above an edge, as if the edge were paper held over it.
void paint_shadow(Row& row, float y, const Edge& edge, float reach, float strength);

}  // namespace gw
