// base64 of a picture of 1.08 MB (1.44 MB of text): ours, ours without AVX2, and OpenSSL's.
#include "base/base64.hpp"

#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <random>
#include <string>

namespace gw::bench {
namespace {

constexpr std::size_t kPictureBytes = 1'080'000;

std::string noise(std::size_t size) {
  std::mt19937 random(1);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

const unsigned char* unsigned_chars(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string openssl_encode(std::string_view bytes) {
  // One more: OpenSSL ends its text with a NUL.
  std::string out(base64_encoded_size(bytes.size()) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   unsigned_chars(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::optional<std::string> openssl_decode(std::string_view text) {
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   unsigned_chars(text), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  return out;
}

void encode(benchmark::State& state, std::string (*encoder)(std::string_view)) {
  const auto picture = noise(kPictureBytes);
  for (auto _ : state) benchmark::DoNotOptimize(encoder(picture));
  state.SetItemsProcessed(state.iterations());
}

void decode(benchmark::State& state, std::optional<std::string> (*decoder)(std::string_view)) {
  const auto picture = noise(kPictureBytes);
  const auto text = base64_encode(picture);
  if (decoder(text) != picture) state.SkipWithError("decoded wrongly");
  for (auto _ : state) benchmark::DoNotOptimize(decoder(text));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(encode, own, base64_encode)->Name("base64/encode/own");
BENCHMARK_CAPTURE(encode, scalar, base64_encode_scalar_for_test)->Name("base64/encode/scalar");
BENCHMARK_CAPTURE(encode, openssl, openssl_encode)->Name("base64/encode/openssl");
BENCHMARK_CAPTURE(decode, own, base64_decode)->Name("base64/decode/own");
BENCHMARK_CAPTURE(decode, scalar, base64_decode_scalar_for_test)->Name("base64/decode/scalar");
BENCHMARK_CAPTURE(decode, openssl, openssl_decode)->Name("base64/decode/openssl");

}  // namespace
}  // namespace gw::bench
