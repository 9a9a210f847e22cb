#include "bench/load/pictures.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace gw::bench {
namespace {

using namespace std::string_view_literals;

// Signature, and the header of a picture of 1024x1024 in true colour.
constexpr auto kHead =
    "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x04\0\0\0\x04\0\x08\x02\0\0\0\xf0\x7f\xbc\xd4"sv;
constexpr auto kFront = R"({"imageUrl":"data:image/png;base64,)"sv;
constexpr auto kBack = R"("})"sv;

std::string picture(std::size_t bytes, std::uint64_t number) {
  std::string made(kHead);
  std::mt19937_64 random(number + 1);
  while (made.size() < bytes) made += static_cast<char>(random());
  return made;
}

// What stands between `front` and the next quotation mark.
std::string_view quoted(std::string_view body, std::string_view front) {
  const auto at = body.find(front);
  if (at == body.npos) return {};
  const auto rest = body.substr(at + front.size());
  return rest.substr(0, rest.find('"'));
}

std::string_view picture_in(std::string_view body) {
  const auto ours = quoted(body, R"("b64_json":")");
  return ours.empty() ? quoted(body, kFront) : ours;
}

}  // namespace

Pictures::Pictures(std::size_t count, std::size_t bytes) {
  for (std::size_t i = 0; i < count; ++i) encoded_.push_back(base64_encode(picture(bytes, i)));
}

Pictures Pictures::read(const std::filesystem::path& folder) {
  Pictures pictures;
  for (int i = 0;; ++i) {
    std::ifstream file(folder / (std::to_string(i) + ".json"), std::ios::binary);
    if (!file) break;
    const std::string body{std::istreambuf_iterator<char>(file), {}};
    pictures.encoded_.emplace_back(quoted(body, kFront));
  }
  if (pictures.encoded_.empty()) throw std::runtime_error("no answers in " + folder.string());
  return pictures;
}

void Pictures::write_answers(const std::filesystem::path& folder) const {
  std::filesystem::create_directories(folder);
  std::ofstream sums(folder / "sums");
  for (std::size_t i = 0; i < encoded_.size(); ++i) {
    std::ofstream(folder / (std::to_string(i) + ".json"), std::ios::binary) << answer(i);
    sums << hex(sha256(base64_decode(encoded_[i]).value())) << '\n';
  }
}

std::string Pictures::answer(std::uint64_t number) const {
  const auto& text = encoded_[number % encoded_.size()];
  std::string body;
  body.reserve(kFront.size() + text.size() + kBack.size());
  return body.append(kFront).append(text).append(kBack);
}

void Pictures::check(std::string_view body) const {
  if (std::ranges::find(encoded_, picture_in(body)) != encoded_.end()) return;
  throw std::runtime_error("an answer without one of the pictures: " +
                           std::string(body.substr(0, 100)));
}

void Pictures::check(std::string_view body, std::uint64_t number) const {
  if (picture_in(body) == encoded_[number % encoded_.size()]) return;
  throw std::runtime_error("an answer with a wrong picture: " + std::string(body.substr(0, 100)));
}

}  // namespace gw::bench
