#include "http/chunked_body.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <stdexcept>
#include <string_view>

namespace gw::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;

Error error_of(const error_code& error) {
  if (error == beast_http::error::body_limit) {
    return {ErrorKind::too_large, "The request body is too large."};
  }
  return Error(ErrorKind::invalid_request, "The chunked request body is malformed.")
      .with_detail(error.message());
}

}  // namespace

struct ChunkedBody::Parser {
  beast_http::request_parser<beast_http::string_body> http;
};

ChunkedBody::ChunkedBody(std::size_t limit, std::size_t max_line)
    : parser_(std::make_unique<Parser>()), max_line_(max_line) {
  // Beast reads chunks only behind a head, so it gets one that is known to be good.
  static constexpr std::string_view kHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  error_code error;
  parser_->http.put(asio::buffer(kHead), error);
  if (error) throw std::logic_error("Beast refused a chunked head: " + error.message());
  parser_->http.eager(true);
  parser_->http.body_limit(limit);
}

ChunkedBody::~ChunkedBody() = default;

Result<ChunkedBody::State> ChunkedBody::feed(std::string& input) {
  error_code error;
  const auto consumed = parser_->http.put(asio::buffer(input), error);
  input.erase(0, consumed);
  if (parser_->http.is_done()) return State::finished;
  if (error && error != beast_http::error::need_more) return fail(error_of(error));
  if (input.size() > max_line_) {
    return fail(
        Error(ErrorKind::invalid_request, "A chunk's size line or the trailers are too long."));
  }
  return State::unfinished;
}

std::string ChunkedBody::take() {
  return std::move(parser_->http.get().body());
}

}  // namespace gw::http
