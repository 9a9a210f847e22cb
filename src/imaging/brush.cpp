#include "imaging/brush.hpp"

#include <algorithm>
#include <cmath>

namespace gw {
namespace {

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The columns within `reach` of `cx`.
Range columns(const Row& row, float cx, float reach) {
  const auto width = static_cast<float>(row.width());
  const float from = std::clamp(std::floor(cx - reach - 1), 0.0f, width);
  const float to = std::clamp(std::ceil(cx + reach + 1), 0.0f, width);
  return {static_cast<std::size_t>(from), static_cast<std::size_t>(to)};
}

void blend(Row& row, std::size_t x, Rgb colour, float alpha) {
  row.r[x] = mix(row.r[x], colour.r, alpha);
  row.g[x] = mix(row.g[x], colour.g, alpha);
  row.b[x] = mix(row.b[x], colour.b, alpha);
}

float centre(std::size_t x) {
  return static_cast<float>(x) + 0.5f;
}

}  // namespace

std::uint64_t Dice::next() {
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t z = state_;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

Edge::Edge(std::vector<float> heights) : heights_(std::move(heights)), steepness_(heights_.size()) {
  const auto [low, high] = std::minmax_element(heights_.begin(), heights_.end());
  top_ = *low;
  bottom_ = *high;
  for (std::size_t x = 0; x < heights_.size(); ++x) {
    const std::size_t before = x == 0 ? 0 : x - 1;
    const std::size_t after = std::min(x + 1, heights_.size() - 1);
    const float run = static_cast<float>(std::max<std::size_t>(after - before, 1));
    const float slope = (heights_[after] - heights_[before]) / run;
    steepness_[x] = 1 / std::sqrt(1 + slope * slope);
  }
}

void fill(Row& row, Rgb colour) {
  std::fill(row.r.begin(), row.r.end(), colour.r);
  std::fill(row.g.begin(), row.g.end(), colour.g);
  std::fill(row.b.begin(), row.b.end(), colour.b);
}

void paint_disc(Row& row, float y, float cx, float cy, float radius, Rgb lit, Rgb shade,
                float alpha) {
  const float dy = y - cy;
  if (std::abs(dy) > radius + 1) return;
  const float reach = std::sqrt(std::max(0.0f, (radius + 1) * (radius + 1) - dy * dy));
  const auto [begin, end] = columns(row, cx, reach);
  for (std::size_t x = begin; x < end; ++x) {
    const float dx = centre(x) - cx;
    const float inside = clamp01(radius - std::sqrt(dx * dx + dy * dy) + 0.5f);
    const float turn = clamp01(0.5f + (dx * 0.45f + dy * 0.9f) / (2 * radius));
    blend(row, x, mix(lit, shade, turn), inside * alpha);
  }
}

void paint_ring(Row& row, float y, float cx, float cy, float radius, float thickness, Rgb colour,
                float alpha) {
  const float dy = y - cy;
  if (std::abs(dy) > radius + thickness) return;
  const auto [begin, end] = columns(row, cx, radius + thickness);
  for (std::size_t x = begin; x < end; ++x) {
    const float dx = centre(x) - cx;
    const float off = std::abs(std::sqrt(dx * dx + dy * dy) - radius);
    blend(row, x, colour, clamp01(thickness / 2 - off + 0.5f) * alpha);
  }
}

void paint_spot(Row& row, float y, const Ellipse& spot, Rgb colour, float strength) {
  const float v = (y - spot.y) / spot.ry;
  if (std::abs(v) >= 1) return;
  const auto [begin, end] = columns(row, spot.x, spot.rx * std::sqrt(1 - v * v));
  const float scale = 1 / spot.rx;
  for (std::size_t x = begin; x < end; ++x) {
    const float u = (centre(x) - spot.x) * scale;
    const float near = std::max(0.0f, 1 - u * u - v * v);
    blend(row, x, colour, near * near * strength);
  }
}

void paint_ground(Row& row, float y, const Edge& edge, const Ground& ground) {
  if (y < edge.top() - 2) return;
  const float* heights = edge.heights().data();
  const float* steepness = edge.steepness().data();
  const float per_pixel = 1 / ground.depth;
  for (std::size_t x = 0; x < row.width(); ++x) {
    const float below = y - heights[x];
    const float cover = clamp01(below * steepness[x] + 0.5f);
    blend(row, x, mix(ground.edge, ground.deep, clamp01(below * per_pixel)), cover);
  }
}

void paint_shadow(Row& row, float y, const Edge& edge, float reach, float strength) {
  if (y < edge.top() - reach || y > edge.bottom() + 1) return;
  const float* heights = edge.heights().data();
  for (std::size_t x = 0; x < row.width(); ++x) {
    const float t = clamp01(1 - (heights[x] - y) / reach);
    const float light = 1 - strength * t * t;
    row.r[x] *= light;
    row.g[x] *= light;
    row.b[x] *= light;
  }
}

}  // namespace gw
