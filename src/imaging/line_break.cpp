#include "imaging/line_break.hpp"

#include "base/endian.hpp"
#include "base/text.hpp"

#include <cstdint>
#include <utility>

namespace gw {
namespace {

constexpr std::string_view kEllipsis = "\xe2\x80\xa6";

struct Character {
  std::string_view text;
  std::uint32_t code = 0;
};

// Takes one well-formed character off the front; code 0 for a byte that begins none.
Character take_character(std::string_view& rest) {
  const std::uint32_t lead = byte_at(rest, 0);
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0x80 ? 2 : 1;
  Character taken{rest.substr(0, length), 0};
  if (length == 1) {
    taken.code = lead;
  } else if (taken.text.size() == length && is_utf8(taken.text)) {
    taken.code = lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
      taken.code = taken.code << 6 | (byte_at(taken.text, i) & 0x3f);
    }
  } else {
    taken.text = rest.substr(0, 1);
  }
  rest.remove_prefix(taken.text.size());
  return taken;
}

bool is_space(std::uint32_t code) {
  return code == ' ' || (code >= 9 && code <= 13) || code == 0xa0 || code == 0x3000 ||
         (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029;
}

bool is_drawn(std::uint32_t code) {
  const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool joiner = (code >= 0x200b && code <= 0x200f) || (code >= 0xfe00 && code <= 0xfe0f);
  return !control && !joiner && code < 0x1f000;
}

// Han, kana, hangul and full-width forms: a line may end behind any of them.
bool breaks_anywhere(std::uint32_t code) {
  return (code >= 0x2e80 && code < 0xfb00) || (code >= 0xff00 && code < 0xffe0) || code >= 0x20000;
}

// These never begin a line.
bool clings_to_the_left(std::string_view character) {
  constexpr std::string_view kClosing = "，。、！？；：）】》」』”’…·％,.!?;:)]}%";
  return kClosing.find(character) != std::string_view::npos;
}

struct Piece {
  std::string text;
  bool spaced = false;  // white space stood before it
};

// Gives the text piece by piece, so that a long prompt is not taken apart to its end.
class Pieces final {
 public:
  explicit Pieces(std::string_view text) : rest_(text) {}

  bool next(Piece& piece) {
    piece = {};
    bool open_end = false;
    while (!rest_.empty()) {
      std::string_view after = rest_;
      const Character character = take_character(after);
      const bool space = is_space(character.code);
      if (space && !piece.text.empty()) break;
      if (space || !is_drawn(character.code)) {
        piece.spaced |= space;
      } else {
        const bool joins = piece.text.empty() || clings_to_the_left(character.text) ||
                           (open_end && !breaks_anywhere(character.code));
        if (!joins) break;
        open_end = !breaks_anywhere(character.code) && (piece.text.empty() || open_end);
        piece.text.append(character.text);
      }
      rest_ = after;
    }
    return !piece.text.empty();
  }

 private:
  std::string_view rest_;
};

// Lines under construction: pieces are put behind one another until the room is used up.
class Lines final {
 public:
  Lines(const LineRoom& room, const MeasureText& measure)
      : room_(room), measure_(measure), space_(measure(" ")) {}

  // False when there was no room for it.
  bool put(const Piece& piece) {
    const double wide = measure_(piece.text);
    const double gap = piece.spaced && !line_.empty() ? space_ : 0;
    if (used_ + gap + wide <= room_.width) {
      append(gap > 0 ? " " + piece.text : piece.text, gap + wide);
      return true;
    }
    if (wide > room_.width) return put_in_parts(piece, gap);
    if (!line_.empty() && !start_line()) return false;
    append(piece.text, wide);
    return true;
  }

  std::vector<std::string> finish(bool complete) {
    if (!complete) shorten();
    if (!line_.empty()) done_.push_back(std::move(line_));
    return std::move(done_);
  }

 private:
  bool put_in_parts(const Piece& piece, double gap) {
    if (gap > 0) append(" ", gap);
    std::string_view rest = piece.text;
    while (!rest.empty()) {
      const std::string_view character = take_character(rest).text;
      const double wide = measure_(character);
      if (used_ + wide > room_.width && (line_.empty() || !start_line())) return false;
      append(character, wide);
    }
    return true;
  }

  bool start_line() {
    if (done_.size() + 1 >= room_.lines) return false;
    done_.push_back(std::exchange(line_, {}));
    used_ = 0;
    return true;
  }

  void append(std::string_view text, double wide) {
    line_.append(text);
    used_ += wide;
  }

  void shorten() {
    const double mark = measure_(kEllipsis);
    while (!line_.empty() && used_ + mark > room_.width) {
      std::size_t at = line_.size() - 1;
      while (at > 0 && byte_at(line_, at) >> 6 == 2) --at;
      used_ -= measure_(std::string_view(line_).substr(at));
      line_.resize(at);
    }
    while (line_.ends_with(' ')) line_.pop_back();
    if (used_ + mark <= room_.width || line_.empty()) line_.append(kEllipsis);
  }

  LineRoom room_;
  const MeasureText& measure_;
  double space_;
  std::vector<std::string> done_;
  std::string line_;
  double used_ = 0;
};

}  // namespace

std::vector<std::string> break_lines(std::string_view text, const LineRoom& room,
                                     const MeasureText& measure) {
  if (room.lines == 0) return {};
  Pieces pieces(text);
  Lines lines(room, measure);
  Piece piece;
  while (pieces.next(piece)) {
    if (!lines.put(piece)) return lines.finish(false);
  }
  return lines.finish(true);
}

}  // namespace gw
