#include "imaging/caption.hpp"

#include "imaging/line_break.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace gw {
namespace {

constexpr int kSmallestWithMark = 96;
constexpr int kSmallestWithCaption = 144;
constexpr std::string_view kMark = "demo";

struct Box {
  int left = 0;
  int top = 0;
  int right = 0;   // the first column outside
  int bottom = 0;  // the first row outside
  int width() const { return right - left; }
};

// gd reads character entities ("&amp;", "&#20013;") in what it draws.
std::string without_entities(std::string_view text) {
  std::string out;
  for (const char c : text) c == '&' ? out.append("&amp;") : out.append(1, c);
  return out;
}

class Lettering final {
 public:
  // `height` is the size of the letters in pixels.
  Lettering(const std::string& font, double height) : font_(font), points_(height * 72 / 96) {
    bars_ = ink("||").value_or(0);
    usable_ = bars_ > 0;
    if (usable_) full_width_ = advance("\xe4\xb8\xad");
  }

  bool usable() const { return usable_; }

  double width(std::string_view text) const {
    // All Han characters of a font are as wide as each other.
    const bool han = text.size() == 3 && text[0] >= '\xe4' && text[0] <= '\xe9';
    return han ? full_width_ : advance(text);
  }

  void draw(gdImage& image, int x, int baseline, const std::string& text, int colour) const {
    std::array<int, 8> box{};
    gd().gdImageStringFT(&image, box.data(), colour, font_.c_str(), points_, 0, x, baseline,
                         without_entities(text).data());
  }

 private:
  // gd measures ink. Between two bars the space that a text takes shows, blanks at its ends
  // included.
  double advance(std::string_view text) const {
    return ink("|" + std::string(text) + "|").value_or(bars_) - bars_;
  }

  std::optional<double> ink(const std::string& text) const {
    std::array<int, 8> box{};
    if (gd().gdImageStringFT(nullptr, box.data(), 0, font_.c_str(), points_, 0, 0, 0,
                             without_entities(text).data()) != nullptr) {
      return std::nullopt;
    }
    return box[2] - box[0];
  }

  std::string font_;
  double points_;
  double bars_ = 0;
  double full_width_ = 0;
  bool usable_ = false;
};

int round_to_int(double value) {
  return static_cast<int>(value + 0.5);
}  // for values from 0

int tinted(int pixel, int red, int green, int blue, float alpha) {
  const auto part = [alpha](int from, int to) {
    return round_to_int(mix(static_cast<float>(from), static_cast<float>(to), alpha));
  };
  return gdTrueColor(part(gdTrueColorGetRed(pixel), red), part(gdTrueColorGetGreen(pixel), green),
                     part(gdTrueColorGetBlue(pixel), blue));
}

// How much of the pixel at this offset into a rounded corner is inside.
float corner_cover(float dx, float dy, float radius) {
  if (dx <= 0 || dy <= 0) return 1;
  return clamp01(radius - std::sqrt(dx * dx + dy * dy) + 0.5f);
}

void tint_panel(gdImage& image, const Box& box, float radius, Rgb colour, float alpha) {
  const int red = round_to_int(colour.r * 255);
  const int green = round_to_int(colour.g * 255);
  const int blue = round_to_int(colour.b * 255);
  for (int y = std::max(0, box.top); y < std::min(box.bottom, image.sy); ++y) {
    const float from_y = static_cast<float>(std::min(y - box.top, box.bottom - 1 - y));
    for (int x = std::max(0, box.left); x < std::min(box.right, image.sx); ++x) {
      const float from_x = static_cast<float>(std::min(x - box.left, box.right - 1 - x));
      const float cover = corner_cover(radius - from_x - 0.5f, radius - from_y - 0.5f, radius);
      image.tpixels[y][x] = tinted(image.tpixels[y][x], red, green, blue, alpha * cover);
    }
  }
}

int shorter_side(const gdImage& image) {
  return std::min(image.sx, image.sy);
}

}  // namespace

void draw_caption(gdImage& image, const std::string& prompt, const std::string& font, Rgb accent) {
  const int side = shorter_side(image);
  if (font.empty() || side < kSmallestWithCaption) return;
  const double letter = std::clamp(side * 0.03, 11.0, 44.0);
  const Lettering lettering(font, letter);
  if (!lettering.usable()) return;

  const int margin = round_to_int(std::max(side * 0.032, 8.0));
  const int padding = round_to_int(letter * 0.85);
  Box panel{margin, 0, image.sx - margin, image.sy - margin};
  const LineRoom room{static_cast<double>(panel.width() - 2 * padding) - letter * 0.35,
                      side < 400 ? 2u : 3u};
  const auto lines = break_lines(
      prompt, room, [&lettering](std::string_view text) { return lettering.width(text); });
  if (lines.empty()) return;

  const double pitch = letter * 1.5;
  const double text_height = pitch * static_cast<double>(lines.size());
  panel.top = panel.bottom - round_to_int(text_height + padding * 1.3);
  tint_panel(image, panel, static_cast<float>(letter * 0.7), rgb(0x0a0c14), 0.56f);
  const int bar = std::max(2, round_to_int(letter * 0.14));
  const int inset = round_to_int(padding * 0.75);
  tint_panel(
      image,
      {panel.left + inset - bar, panel.top + inset, panel.left + inset, panel.bottom - inset},
      static_cast<float>(bar) / 2, mix(accent, rgb(0xffffff), 0.2f), 0.95f);

  double baseline = panel.top + padding * 0.65 + letter * 1.1;
  const int left = panel.left + padding + round_to_int(letter * 0.3);
  for (const auto& line : lines) {
    lettering.draw(image, left, round_to_int(baseline), line, gdTrueColor(246, 246, 248));
    baseline += pitch;
  }
}

void draw_mark(gdImage& image, const std::string& font) {
  const int side = shorter_side(image);
  if (font.empty() || side < kSmallestWithMark) return;
  const double letter = std::clamp(side * 0.02, 9.0, 28.0);
  const Lettering lettering(font, letter);
  if (!lettering.usable()) return;

  const int margin = round_to_int(std::max(side * 0.032, 6.0));
  const int padding = round_to_int(letter * 0.7);
  const int height = round_to_int(letter * 1.75);
  const int width = round_to_int(lettering.width(kMark)) + 2 * padding;
  const Box pill{image.sx - margin - width, margin, image.sx - margin, margin + height};
  tint_panel(image, pill, static_cast<float>(height) / 2, rgb(0x0a0c14), 0.42f);
  lettering.draw(image, pill.left + padding, pill.top + round_to_int(letter * 1.22),
                 std::string(kMark), gdTrueColor(240, 240, 244));
}

}  // namespace gw
