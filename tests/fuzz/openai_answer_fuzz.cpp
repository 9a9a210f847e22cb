// Whatever an OpenAI-compatible server answers, whole or in events: the long string that is kept
// apart is the one the parser would have found.
#include "providers/openai/drawing.hpp"
#include "providers/openai/errors.hpp"
#include "providers/openai/event_reader.hpp"
#include "providers/openai/image_events.hpp"
#include "providers/openai/models.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace gw;

void require(bool condition) {
  if (!condition) std::abort();
}

std::vector<std::string_view> cut(std::string_view text, std::size_t size) {
  std::vector<std::string_view> blocks;
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size())))
    blocks.push_back(text.substr(0, size));
  return blocks;
}

bool same(const openai::PictureUrl& a, const openai::PictureUrl& b) {
  return a.url == b.url;
}
bool same(const Picture& a, const Picture& b) {
  return *a.bytes == *b.bytes;
}

void check_both_ways(std::string_view text, std::size_t size) {
  const auto blocks = cut(text, size);
  auto apart = openai::unpack(blocks);
  auto plain = openai::unpack_plainly(blocks);
  require(apart.has_value() == plain.has_value());
  if (!apart) return;
  const auto one = openai::drawing_of(apart->object, *apart);
  const auto other = openai::drawing_of(plain->object, *plain);
  require(one.has_value() == other.has_value());
  if (!one) return;
  require(one->index() == other->index());
  std::visit(
      [&](const auto& drawing) {
        require(same(drawing, std::get<std::decay_t<decltype(drawing)>>(*other)));
      },
      *one);
}

std::size_t count_events(std::string_view text, std::size_t size) {
  openai::EventReader reader;
  std::size_t count = 0;
  for (const auto piece : cut(text, size)) {
    reader.feed(piece);
    while (const auto event = reader.next()) {
      ++count;
      static_cast<void>(openai::read_event(*event));
    }
  }
  return count;
}

void check_refusal(std::string_view text, int status) {
  openai::Options options;
  options.base_url = "https://api.example.com";
  options.api_key = Secret("sk-test-upstream");
  IncomingAnswer answer;
  answer.status = status;
  answer.headers = {{"content-type", "application/json"}};
  answer.body.blocks.emplace_back(text);
  const auto failure = openai::judge_answer(answer, options, openai::Service::images);
  require(!failure.error.message().empty());
  require(!failure.error.message().contains("sk-test"));
  require(!failure.error.detail().contains("sk-test-upstream"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto step = data[0] + std::size_t{1};
  for (const auto block : {std::size_t{1}, step, std::size_t{1} << 20}) {
    check_both_ways(text, block);
    static_cast<void>(openai::read_drawing(cut(text, block)));
  }
  require(count_events(text, step) == count_events(text, text.size()));
  check_refusal(text, 300 + data[1]);
  static_cast<void>(openai::read_model_list(text));
  return 0;
}
