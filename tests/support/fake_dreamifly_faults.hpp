// How the fake Dreamifly server answers, well and badly.
#pragma once

#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/raw_http.hpp"

#include <string>

namespace gw::test {

// Chunked and without a length, as the real one answers. False when the other side is gone.
Async<bool> send_reply(Socket& socket, FakeReply reply);

// `body` is what a good answer would have said. Whether the connection may be used again.
Async<bool> misbehave(Socket& socket, FakeFault fault, std::string body);

}  // namespace gw::test
