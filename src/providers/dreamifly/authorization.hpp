// What to send as Authorization: the static token, or this minute's by the server's clock.
#pragma once

#include "base/clock.hpp"
#include "core/ports/provider.hpp"
#include "providers/dreamifly/options.hpp"
#include "providers/dreamifly/token.hpp"
#include "transport/http_client.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace gw::dreamifly {

// I/O thread; `options`, `client` and `clock` must outlive it.
class Authorization final {
 public:
  enum class Freshness : std::uint8_t { kept, fetched };  // of the server's clock

  Authorization(const Options& options, HttpClient& client, const Clock& clock)
      : options_(options), client_(client), clock_(clock) {}

  bool per_minute() const { return !options_.site_key.empty(); }

  // Empty: send none. A failure means that nothing was sent that counts.
  Async<std::expected<std::string, UpstreamFailure>> header(Freshness freshness);

  // For the operator, after the server has refused it with a fresh clock.
  std::string_view hint() const;

  const std::optional<ServerClock>& server_clock() const { return server_clock_; }
  // Nothing: its tokens are not made by a clock.
  std::optional<ProviderTally::Tokens> tally() const;

 private:
  Async<std::expected<ServerClock, UpstreamFailure>> fetch_clock();

  const Options& options_;
  HttpClient& client_;
  const Clock& clock_;
  std::optional<ServerClock> server_clock_;
  std::uint64_t refreshed_ = 0;  // times it was read, and times it could not be
  std::uint64_t failed_ = 0;
};

}  // namespace gw::dreamifly
