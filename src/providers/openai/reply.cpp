#include "providers/openai/reply.hpp"

#include <utility>

namespace gw::openai {

Async<Transfer> read_whole(IncomingStream& stream) {
  auto answer = stream.head();
  for (;;) {
    auto piece = co_await stream.next();
    if (!piece) co_return std::unexpected(std::move(piece).error());
    if (piece->empty()) break;
    answer.body.blocks.push_back(*std::move(piece));
  }
  co_return answer;
}

std::vector<std::string_view> blocks_of(const IncomingBody& body) {
  return {body.blocks.begin(), body.blocks.end()};
}

}  // namespace gw::openai
