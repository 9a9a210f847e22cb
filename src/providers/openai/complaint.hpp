// What a server says when it refuses: the envelope in the forms in which servers write it. Pure.
#pragma once

#include "transport/http_client.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace gw::openai {

// All from outside: nothing of it is safe for clients or logs as it is.
struct Complaint {
  std::string code = {};
  std::string type = {};
  std::string param = {};
  std::string message = {};
};

// {"error": {message, type, param, code}}, {"error": "text"}, or the same members without an
// envelope ("detail" for "message"). Whatever is absent, or no text, is empty.
Complaint complaint_of(const boost::json::object& object);
// Of an answer's body; all empty when that is no JSON object or too large to be a complaint.
Complaint complaint_of(const IncomingBody& body);

}  // namespace gw::openai
