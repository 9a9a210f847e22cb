// Answers as they come from the transport, in the forms in which they are read here.
#pragma once

#include "transport/http_client.hpp"

#include <string_view>
#include <vector>

namespace gw::openai {

// What is left of a stream, as an answer that came whole.
Async<Transfer> read_whole(IncomingStream& stream);

// They live as long as `body`.
std::vector<std::string_view> blocks_of(const IncomingBody& body);

}  // namespace gw::openai
