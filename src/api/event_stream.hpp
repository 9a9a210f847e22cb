// Server-sent events of a watched request: the framing, and the body that tells of it while it is
// drawn (HTML standard §9.2; openai-contract §7 and §8).
#pragma once

#include "core/watch.hpp"
#include "http/message.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

// ": text\n\n", which every reader skips. What would end the line becomes a space.
std::string sse_comment(std::string_view text);

// The pieces of one event that has one line of data, which is what lies between the first and the
// last: "event: name\ndata: " (no first line without a name) … "\n\n".
std::string sse_begin(std::string_view name);
inline constexpr std::string_view kSseEnd = "\n\n";

// An endpoint derives from it and says what each event of the watch looks like to its clients. It
// is pulled: the next event is asked for when all of the last one is with the socket, so a slow
// reader holds one event in memory. The response owns it; I/O thread.
class EventStream : public http::BodySource {
 public:
  // A comment with the news goes out at least every `heartbeat`, and at the start, so that proxies
  // have something to pass on.
  EventStream(Watched watched, std::chrono::milliseconds heartbeat);

  Task<SharedBytes> next() final;
  bool conclude(const Error& why) final;
  // All of it is with the client.
  void delivered() { watched_.delivered(); }
  const Watched& watched() const { return watched_; }

 protected:
  // What goes out next. `data` is one line, in pieces that are not copied.
  void send_event(std::string_view name, std::span<const SharedBytes> data);
  void send_event(std::string_view name, std::string_view data);
  void send_comment(std::string_view text);

 private:
  // What each event looks like; they send it, or leave it out.
  virtual void opened() {}  // before anything else
  virtual void grew(Picture) {}
  virtual void made(PictureMade event) = 0;
  virtual void failed(const PictureFailed&) {}  // one of them
  virtual void ended() = 0;                     // all were told of, at least one was made
  virtual void fell(const Error& error) = 0;    // none was made, or the server ends

  void open();
  void hear(Result<WatchEvent> event);
  SharedBytes take_piece();
  void take(PictureGrew event);
  void take(PictureMade event);
  void take(PictureFailed event);
  void take(StillWaiting news);
  void take(WatchEnded);

  Watched watched_;
  std::chrono::milliseconds heartbeat_;
  std::vector<SharedBytes> out_;
  enum class Stage : std::uint8_t { fresh, running, over } stage_ = Stage::fresh;
};

// 200, text/event-stream, with what is known of the request in its headers; nothing on the way
// should keep it back. Delivery is told to the watch.
http::Response event_stream_response(std::unique_ptr<EventStream> stream);

}  // namespace gw::api
