// Whatever an upstream answers with 200, in whatever blocks: the fast path and the parser must
// agree.
#include "providers/dreamifly/errors.hpp"
#include "providers/dreamifly/token.hpp"
#include "providers/dreamifly/wire.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

gw::IncomingBody in_blocks(std::string_view text, std::size_t size) {
  gw::IncomingBody body;
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
    body.blocks.emplace_back(text.substr(0, size));
  }
  return body;
}

bool same(const gw::dreamifly::PictureUrl& a, const gw::dreamifly::PictureUrl& b) {
  return a.url == b.url;
}
bool same(const gw::Picture& a, const gw::Picture& b) {
  return *a.bytes == *b.bytes;
}

void check_blocks_do_not_matter(std::string_view text, std::size_t block) {
  const auto parsed = gw::dreamifly::parse_drawing(in_blocks(text, block));
  const auto fast = gw::dreamifly::read_drawing(in_blocks(text, block));
  require(parsed.has_value() == fast.has_value());
  if (!parsed) return;
  require(parsed->index() == fast->index());
  std::visit(
      [&](const auto& picture) {
        require(same(picture, std::get<std::decay_t<decltype(picture)>>(*fast)));
      },
      *parsed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  for (const std::size_t block : {std::size_t{1}, data[0] + std::size_t{1}, std::size_t{1} << 20})
    check_blocks_do_not_matter(text, block);

  gw::IncomingAnswer answer;
  answer.status = 400 + data[1] % 130;
  answer.headers = {{"content-type", "application/json"}};
  answer.body = in_blocks(text, data[0] + 1u);
  const auto refusal = gw::dreamifly::judge_answer(answer, gw::WallTime());
  require(!refusal.failure.error.message().empty());
  static_cast<void>(gw::dreamifly::read_server_clock(text, gw::SteadyTime()));
  return 0;
}
