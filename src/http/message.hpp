// Requests and responses as values. Nothing here knows images, OpenAI or Beast.
#pragma once

#include "base/bytes.hpp"
#include "base/request_context.hpp"
#include "base/task.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gw::http {

// Header fields in order. Names compare without case (RFC 9110 §5.1). Copies share the fields until
// one of them changes, because the session keeps the head of every waiting request beside the
// handler's.
class Headers final {
 public:
  using Field = std::pair<std::string, std::string>;

  void add(std::string name, std::string value) {
    own().emplace_back(std::move(name), std::move(value));
  }
  void reserve(std::size_t count) { own().reserve(count); }
  // Replaces every field of that name.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);
  // The first field of that name, or nothing.
  std::optional<std::string_view> find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name).has_value(); }

  auto begin() const { return all().begin(); }
  auto end() const { return all().end(); }

 private:
  const std::vector<Field>& all() const;
  std::vector<Field>& own();

  std::shared_ptr<std::vector<Field>> fields_;
};

// A request before its body is read: what guards and hooks see.
struct RequestHead {
  std::string method;
  std::string target;  // as received, origin form
  Headers headers;
  std::string remote_address;  // the socket's peer, without port
  bool http_1_0 = false;

  std::string_view path() const;   // raw, before '?'
  std::string_view query() const;  // raw, after '?', or empty
};

struct Request : RequestHead {
  // Path parameters by their name in the route pattern, percent-decoded after routing.
  std::vector<std::pair<std::string, std::string>> params;
  std::string body;

  const std::string& param(std::string_view name) const;  // empty when the pattern has none
  std::optional<std::string> query_value(
      std::string_view name) const;  // decoded; nothing if absent or broken
};

// A body that is produced while it is sent. The session owns it, and destroys it when the client
// leaves.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // The next piece; null at the end. An error cuts the connection, because the status has been
  // sent.
  virtual Task<SharedBytes> next() = 0;
};

// A known body is a list of pieces that are gathered into one write, never copied.
struct Response {
  int status = 200;
  Headers headers;
  std::vector<SharedBytes> pieces;
  std::unique_ptr<BodySource> source;          // instead of pieces
  std::optional<std::uint64_t> source_length;  // with source: nothing → chunked
  std::function<void()> written;               // called once the whole answer has been sent

  std::size_t size() const;  // of the pieces
};

Response text_response(int status, std::string_view content_type, std::string body);
inline Response json_response(int status, std::string body) {
  return text_response(status, "application/json", std::move(body));
}

// Runs on the I/O thread. Departure of the client cancels the coroutine (terminal). An Error goes
// to the server's render_error hook. `request` belongs to the handler.
using Handler = std::function<Task<Response>(Request request, RequestContext& context)>;

}  // namespace gw::http
