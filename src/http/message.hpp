// Requests and responses as values. Nothing here knows images, OpenAI or Beast.
#pragma once

#include "base/bytes.hpp"
#include "base/request_context.hpp"
#include "base/task.hpp"
#include "http/body_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gw::http {

// Header fields in order. Names compare without case (RFC 9110 §5.1). All fields lie in one block
// of text, which copies share until one of them changes: the head of every waiting request is kept
// twice, for its handler and for the session. Views of a field end with the next change.
class Headers final {
 public:
  using Field = std::pair<std::string_view, std::string_view>;
  class Iterator;

  void add(std::string_view name, std::string_view value);
  // Room for so many fields and so many bytes of names and values.
  void reserve(std::size_t fields, std::size_t bytes);
  // Replaces every field of that name.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  // The first field of that name, or nothing.
  std::optional<std::string_view> find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name).has_value(); }

  Iterator begin() const;
  Iterator end() const;

 private:
  struct Place {
    std::uint32_t begin;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };
  struct Block {
    std::string text;
    std::vector<Place> places;
  };
  Field field(std::size_t index) const;
  std::size_t size() const { return block_ ? block_->places.size() : 0; }
  Block& own();

  std::shared_ptr<Block> block_;
};

class Headers::Iterator final {
 public:
  using value_type = Field;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::input_iterator_tag;
  using reference = Field;
  using pointer = void;

  Field operator*() const { return headers_->field(index_); }
  Iterator& operator++() {
    ++index_;
    return *this;
  }
  void operator++(int) { ++index_; }
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  friend class Headers;
  Iterator(const Headers* headers, std::size_t index) : headers_(headers), index_(index) {}

  const Headers* headers_;
  std::size_t index_;
};

inline Headers::Iterator Headers::begin() const {
  return {this, 0};
}
inline Headers::Iterator Headers::end() const {
  return {this, size()};
}

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

// A request body that its handler reads as it arrives. Ends with the handler: it reads from the
// session's connection.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // The next bytes; empty at the end. After an error the request cannot be gone on with, and the
  // handler returns it.
  virtual Task<std::string> next() = 0;
  // All of it, at most `limit`, counted in `share` like a body that came whole.
  virtual Task<std::string> whole(std::size_t limit, BodyMemory::Share& share) = 0;
};

struct Request : RequestHead {
  // Path parameters by their name in the route pattern, percent-decoded after routing.
  std::vector<std::pair<std::string, std::string>> params;
  std::string body;
  BodyMemory::Share body_share;        // what the body counts for; lives as long as the body
  std::unique_ptr<BodyStream> stream;  // instead of body, where the route says so

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
  // The server ends, and has cancelled a next() that waited. True when the body can still close in
  // order, with word of `why`: next() then gives the rest without waiting. Otherwise the connection
  // is cut.
  virtual bool conclude(const Error& why) {
    static_cast<void>(why);
    return false;
  }
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
