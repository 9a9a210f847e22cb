// A request body on its way from the connection to a handler that reads it piece by piece.
#pragma once

#include "http/chunked_body.hpp"
#include "http/request_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace gw::http {

// What the session has to know of a body that its handler reads.
struct BodyReport {
  bool begun = false;
  std::optional<Error> failure;  // cancelled: the client left
  std::function<void()> ended;   // called once
};

// Refers to all it is given; they outlive it. A body may take body_time, and a second more for each
// 10 kB: uploads are large, and lines are slow.
class ConnectionBodyStream final : public BodyStream {
 public:
  ConnectionBodyStream(ServerCore& core, Connection& connection, const ParsedHead& parsed,
                       std::size_t limit, BodyReport& report);

  Task<std::string> next() override;
  Task<std::string> whole(std::size_t limit, BodyMemory::Share& share) override;

 private:
  Task<void> begin();
  Task<std::string> next_piece();
  Result<std::string> take();
  void allow_time();

  ServerCore& core_;
  Connection& connection_;
  const ParsedHead& parsed_;
  const std::size_t limit_;
  BodyReport& report_;
  std::optional<ChunkedBody> chunks_;
  std::uint64_t missing_ = 0;  // of a body with a length
  std::uint64_t received_ = 0;
  SteadyTime started_{};
  bool ended_ = false;
};

}  // namespace gw::http
