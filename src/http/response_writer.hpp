// Writes one response: known bodies as one gathered write, streams piece by piece.
#pragma once

#include "base/task.hpp"
#include "http/connection.hpp"
#include "http/response_head.hpp"

#include <string>

namespace gw::http {

enum class Delivery : std::uint8_t {
  complete,
  client_left,  // closed, reset, or took nothing for too long
  interrupted,  // the session was cancelled while the source was asked: nothing is half written
  cut,          // the source failed or did not keep to its length: the connection must close
};

struct Delivered {
  Delivery delivery = Delivery::complete;
  std::string why;  // of a cut; for the log
};

// `request` and `response` stay valid until it ends; a stream loses its headers when they are out.
Async<Delivered> write_response(Connection& connection, const RequestHead& request,
                                Response& response, const WireOptions& options, Patience patience);

// What is left of a stream that was interrupted and has been concluded.
Async<Delivered> write_rest(Connection& connection, BodySource& source, BodyForm form,
                            Patience patience);

}  // namespace gw::http
