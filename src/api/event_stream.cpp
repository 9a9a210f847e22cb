#include "api/event_stream.hpp"

#include "api/generation_facts.hpp"

#include <algorithm>
#include <utility>

namespace gw::api {

std::string sse_comment(std::string_view text) {
  std::string comment = ": ";
  comment += text;
  std::ranges::replace_if(comment, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return comment += kSseEnd;
}

std::string sse_begin(std::string_view name) {
  std::string begin;
  if (!name.empty()) begin.append("event: ").append(name).append("\n");
  return begin += "data: ";
}

EventStream::EventStream(Watched watched, std::chrono::milliseconds heartbeat)
    : watched_(std::move(watched)), heartbeat_(heartbeat) {}

Task<SharedBytes> EventStream::next() {
  if (stage_ == Stage::fresh) open();
  while (out_.empty() && stage_ == Stage::running) {
    hear(co_await watched_.next(heartbeat_));
  }
  co_return take_piece();
}

void EventStream::hear(Result<WatchEvent> event) {
  if (event) return std::visit([this](auto& told) { take(std::move(told)); }, *event);
  stage_ = Stage::over;
  fell(event.error());
}

SharedBytes EventStream::take_piece() {
  if (out_.empty()) return {};
  auto piece = std::move(out_.front());
  out_.erase(out_.begin());
  return piece;
}

bool EventStream::conclude(const Error& why) {
  if (std::exchange(stage_, Stage::over) != Stage::over) fell(why);
  return true;
}

void EventStream::open() {
  stage_ = Stage::running;
  opened();
  send_comment(to_text(watched_.news()));
}

void EventStream::take(PictureGrew event) {
  grew(std::move(event.picture));
}

void EventStream::take(PictureMade event) {
  made(std::move(event));
}

void EventStream::take(PictureFailed event) {
  failed(event);
}

void EventStream::take(StillWaiting news) {
  send_comment(to_text(news));
}

void EventStream::take(WatchEnded) {
  stage_ = Stage::over;
  // The headers left before it was known.
  if (const auto points = watched_.facts().points)
    send_comment("x-upstream-points: " + to_text(*points));
  ended();
}

void EventStream::send_event(std::string_view name, std::span<const SharedBytes> data) {
  out_.push_back(share(sse_begin(name)));
  out_.insert(out_.end(), data.begin(), data.end());
  out_.push_back(share(std::string(kSseEnd)));
}

void EventStream::send_event(std::string_view name, std::string_view data) {
  out_.push_back(share(sse_begin(name).append(data).append(kSseEnd)));
}

void EventStream::send_comment(std::string_view text) {
  out_.push_back(share(sse_comment(text)));
}

http::Response event_stream_response(std::unique_ptr<EventStream> stream) {
  http::Response response;
  auto& headers = response.headers;
  headers.set("Content-Type", "text/event-stream");
  headers.set("Cache-Control", "no-cache");
  headers.set("X-Accel-Buffering", "no");  // nginx: pass on what comes when it comes
  add_known_headers(headers, stream->watched());
  // The response owns the stream, so both end together.
  response.written = [told = stream.get()] { told->delivered(); };
  response.source = std::move(stream);
  return response;
}

}  // namespace gw::api
