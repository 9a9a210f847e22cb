// Server-sent events out of bytes that come in any pieces. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gw::openai {

struct ServerEvent {
  std::string name;  // of its "event:" line; empty: there was none
  std::string data;
};

// Lines end with LF or CRLF, as every known server of this API ends them. Comments, ids and retry
// times are passed over. What it holds is bounded by what is fed before next() is asked.
class EventReader final {
 public:
  void feed(std::string_view bytes) { text_ += bytes; }
  // The next complete event that has data.
  std::optional<ServerEvent> next();

 private:
  std::optional<std::string_view> line();
  void take(std::string_view line);

  std::string text_;
  std::size_t read_ = 0;     // of text_: taken apart already
  std::size_t scanned_ = 0;  // of text_: known to hold no further line end
  ServerEvent event_;
  bool has_data_ = false;
};

}  // namespace gw::openai
