#include "http/request_reader.hpp"

#include "base/text.hpp"
#include "http/chunked_body.hpp"
#include "http/head_check.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

namespace gw::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::system::error_code;
using HeadParser = beast_http::request_parser<beast_http::empty_body>;

// A declared length is believed only this far before its bytes have come.
constexpr std::size_t kTrustedReserve = 1024 * 1024;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

ParsedHead take_head(const HeadParser& parser, std::size_t head_size) {
  const auto& message = parser.get();
  ParsedHead parsed;
  parsed.head.method = view(message.method_string());
  parsed.head.target = view(message.target());
  parsed.head.http_1_0 = message.version() == 10;
  const auto fields = std::distance(message.begin(), message.end());
  const auto field_bytes = head_size - parsed.head.method.size() - parsed.head.target.size();
  parsed.head.headers.reserve(static_cast<std::size_t>(fields), field_bytes);
  for (const auto& field : message) {
    parsed.head.headers.add(view(field.name_string()), view(field.value()));
  }
  parsed.content_length = parser.content_length().value_or(0);
  parsed.chunked = parser.chunked();
  parsed.keep_alive = parser.keep_alive();
  const auto expect = parsed.head.headers.find("Expect");
  parsed.expects_continue = !parsed.head.http_1_0 && parsed.has_body() && expect &&
                            equals_ignoring_case(*expect, "100-continue");
  return parsed;
}

Error too_slow(std::string what) {
  return {ErrorKind::request_timeout,
          "The request's " + std::move(what) + " did not arrive in time."};
}

Error left() {
  return {ErrorKind::cancelled, "The client left before its request was complete."};
}

// RFC 9110 §8.4: what is coded cannot be read, and its size would say nothing.
Result<void> check_coding(const Headers& headers) {
  const auto coding = trim(headers.find("Content-Encoding").value_or(""));
  if (coding.empty() || equals_ignoring_case(coding, "identity")) return {};
  return fail(Error(ErrorKind::unsupported_media_type,
                    "Request bodies are taken as they are, without a Content-Encoding."));
}

Task<void> send_continue(ServerCore& core, Connection& connection) {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  std::array buffers{asio::buffer(kContinue)};
  const auto status = co_await connection.send(buffers, core.patience());
  if (status != IoStatus::ok) co_return fail(left());
  co_return Done();
}

// Moves up to `missing` bytes from the connection's input to the end of `body`.
void move_input(std::string& input, std::string& body, std::size_t missing) {
  const auto count = std::min(missing, input.size());
  body.append(input, 0, count);
  input.erase(0, count);
}

Task<Body> read_sized(ServerCore& core, Connection& connection, std::size_t length) {
  Body body{{}, BodyMemory::Share(core.bodies)};
  body.bytes.reserve(std::min(length, kTrustedReserve));
  for (;;) {
    move_input(connection.input(), body.bytes, length - body.bytes.size());
    if (!body.share.grow_to(body.bytes.size())) co_return fail(no_room_for_body());
    if (body.bytes.size() == length) co_return body;
    const auto status = co_await connection.receive(core.scratch);
    GW_CO_CHECK(body_status(status));
  }
}

Task<Body> read_chunked(ServerCore& core, Connection& connection, std::size_t limit) {
  ChunkedBody chunks(limit, core.options.max_header_bytes);
  BodyMemory::Share share(core.bodies);
  for (;;) {
    GW_CO_TRY(const auto state, chunks.feed(connection.input()));
    if (!share.grow_to(chunks.size())) co_return fail(no_room_for_body());
    if (state == ChunkedBody::State::finished) co_return Body{chunks.take(), std::move(share)};
    const auto status = co_await connection.receive(core.scratch);
    GW_CO_CHECK(body_status(status));
  }
}

}  // namespace

Result<ParsedHead> parse_head(std::string_view bytes) {
  GW_CHECK(check_head(bytes));
  HeadParser parser;
  parser.header_limit(
      std::numeric_limits<std::uint32_t>::max());  // bounded before: max_header_bytes
  parser.body_limit(boost::none);
  error_code error;
  parser.put(asio::buffer(bytes), error);
  if (error || !parser.is_header_done()) {
    return fail(Error(ErrorKind::invalid_request, "The request head is malformed.")
                    .with_detail("Beast: " + error.message()));
  }
  return take_head(parser, bytes.size());
}

Task<std::size_t> await_head(ServerCore& core, Connection& connection) {
  const auto limit = core.options.max_header_bytes;
  auto& input = connection.input();
  std::size_t scanned = 0;
  bool started = false;
  connection.set_idle(input.empty());
  connection.expire_in(core.idle_time());
  for (;;) {
    if (!input.empty()) {
      const auto length = head_length(input, scanned);
      if (length.value_or(input.size()) > limit) {
        co_return fail(Error(ErrorKind::header_too_large, "The request head is larger than " +
                                                              std::to_string(limit) + " bytes."));
      }
      if (length) {
        connection.never_expire();
        co_return *length;
      }
      if (!std::exchange(started, true)) connection.expire_in(core.options.header_time);
    }
    const auto status = co_await connection.receive(core.scratch);
    connection.set_idle(false);
    if (status == IoStatus::closed) co_return 0;
    if (status == IoStatus::timed_out) {
      if (!started) co_return 0;
      co_return fail(too_slow("head"));
    }
  }
}

Error body_too_large(std::size_t limit) {
  return {ErrorKind::too_large,
          "The request body is larger than the " + std::to_string(limit) + " bytes allowed here."};
}

Error no_room_for_body() {
  return {ErrorKind::queue_full, "Too many large requests are coming in at the moment."};
}

Result<void> check_body(const ParsedHead& parsed, std::size_t limit) {
  GW_CHECK(check_coding(parsed.head.headers));
  if (parsed.content_length > limit) return fail(body_too_large(limit));
  return {};
}

Task<void> invite_body(ServerCore& core, Connection& connection, const ParsedHead& parsed) {
  if (!parsed.expects_continue || !connection.input().empty()) co_return Done();
  co_return co_await send_continue(core, connection);
}

Done body_status(IoStatus status) {
  switch (status) {
    case IoStatus::ok:
      return {};
    case IoStatus::closed:
      return fail(left());
    case IoStatus::timed_out:
      return fail(too_slow("body"));
  }
  return {};
}

Task<Body> read_body(ServerCore& core, Connection& connection, const ParsedHead& parsed,
                     std::size_t limit) {
  if (!parsed.has_body()) co_return Body{};
  GW_CO_CHECK(check_body(parsed, limit));
  GW_CO_CHECK(co_await invite_body(core, connection, parsed));
  connection.expire_in(core.options.body_time);
  auto body = parsed.chunked ? co_await read_chunked(core, connection, limit)
                             : co_await read_sized(core, connection,
                                                   static_cast<std::size_t>(parsed.content_length));
  connection.never_expire();
  co_return body;
}

}  // namespace gw::http
