#include "http/response_writer.hpp"

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace gw::http {
namespace {

Delivered left() {
  return {Delivery::client_left, {}};
}

Async<Delivered> write_known(Connection& connection, const std::string& head,
                             const std::vector<SharedBytes>& pieces, Patience patience) {
  std::vector<asio::const_buffer> buffers;
  buffers.reserve(pieces.size() + 1);
  buffers.push_back(asio::buffer(head));
  for (const auto& piece : pieces) buffers.push_back(asio::buffer(*piece));
  const auto status = co_await connection.send(buffers, patience);
  co_return status == IoStatus::ok ? Delivered{} : left();
}

Async<IoStatus> write_piece(Connection& connection, const std::string& piece, BodyForm form,
                            Patience patience) {
  if (form != BodyForm::chunked) {
    std::array buffers{asio::const_buffer(asio::buffer(piece))};
    co_return co_await connection.send(buffers, patience);
  }
  const auto size_line = fmt::format("{:x}\r\n", piece.size());
  std::array buffers{asio::const_buffer(asio::buffer(size_line)),
                     asio::const_buffer(asio::buffer(piece)), asio::const_buffer("\r\n", 2)};
  co_return co_await connection.send(buffers, patience);
}

// The piece, if the source keeps to what it has declared; what remains of that is less by it. Not
// inlined: its errors would lie in the frame of every open stream.
[[gnu::noinline]] Result<SharedBytes> account(Result<SharedBytes> piece,
                                              std::optional<std::uint64_t>& remaining) {
  if (!piece || !remaining) return piece;
  const auto size = *piece ? (*piece)->size() : 0;
  if (size > *remaining)
    return fail(Error::internal("a body source gave more than it had declared"));
  *remaining -= size;
  if (!*piece && *remaining > 0) return fail(Error::internal("a body source ended early"));
  return piece;
}

[[gnu::noinline]] Delivered cut(const Error& error) {
  return {Delivery::cut, error.detail().empty() ? error.message() : error.detail()};
}

Async<Delivered> write_stream(Connection& connection, BodySource& source,
                              std::optional<std::uint64_t> remaining, BodyForm form,
                              Patience patience) {
  for (;;) {
    const auto piece = account(co_await source.next(), remaining);
    if (!piece) co_return cut(piece.error());
    if (!*piece) break;
    if ((*piece)->empty()) continue;  // an empty chunk would end the body
    // A cancellation that came too late to keep the piece back: the piece must go, or what the
    // source says next would follow a gap. Asked here, because awaiting anything but this_coro
    // would throw.
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    const bool interrupted = cancelled != asio::cancellation_type::none;
    if (interrupted) co_await asio::this_coro::reset_cancellation_state();
    const auto status = co_await write_piece(connection, **piece, form, patience);
    if (status != IoStatus::ok) co_return left();
    if (interrupted) co_return Delivered{Delivery::interrupted, {}};
  }
  if (form != BodyForm::chunked) co_return Delivered{};
  std::array end{asio::const_buffer("0\r\n\r\n", 5)};
  const auto status = co_await connection.send(end, patience);
  co_return status == IoStatus::ok ? Delivered{} : left();
}

}  // namespace

Async<Delivered> write_response(Connection& connection, const RequestHead& request,
                                Response& response, const WireOptions& options, Patience patience) {
  static const std::vector<SharedBytes> no_pieces;
  auto head = response_head(request, response, options);
  const bool bodiless = options.form == BodyForm::none || request.method == "HEAD";
  const bool streams = response.source && !bodiless;
  const auto& pieces = bodiless || streams ? no_pieces : response.pieces;
  auto delivered = co_await write_known(connection, head, pieces, patience);
  if (!streams || delivered.delivery != Delivery::complete) co_return delivered;
  // A stream may be open for minutes, and ten thousand of them at a time.
  std::string().swap(head);
  response.headers = {};
  co_return co_await write_stream(connection, *response.source, response.source_length,
                                  options.form, patience);
}

Async<Delivered> write_rest(Connection& connection, BodySource& source, BodyForm form,
                            Patience patience) {
  return write_stream(connection, source, std::nullopt, form, patience);
}

}  // namespace gw::http
