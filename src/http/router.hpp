// Method + path → handler. Filled once by api/routes.cpp, then frozen, so look-ups need no lock.
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gw::http {

// Looks at the head before the body is read: who is the caller, may he enter?
using Guard = std::function<Result<CallerId>(const RequestHead& head)>;

enum class BodyIntake : std::uint8_t { whole, streamed };

struct Route {
  std::string method;  // "GET" also answers HEAD
  // Segments: literal, {name} for one, or a last {name...} for the rest with its slashes. Matched
  // against the raw path, so that an encoded slash stays inside its segment; parameters are decoded
  // afterwards.
  std::string pattern;
  Handler handler;
  Guard guard;                 // none: open to everyone
  std::size_t body_limit = 0;  // bytes of request body; 0: a body means nothing and is dropped
  BodyIntake intake = BodyIntake::whole;
};

class Router final {
 public:
  // Throws std::logic_error for a bad or doubled pattern: a bug that the first start shows.
  void add(Route route);

  struct Match {
    const Route* route = nullptr;  // nothing: see `allowed`
    std::vector<std::pair<std::string, std::string>> params;
    std::string allowed;  // for 405: the path exists with these methods ("GET, HEAD")
  };
  // Several slashes in a row count as one, and a trailing slash as none. Literal segments win over
  // parameters, and the winner alone decides: a path that names an endpoint is never taken for the
  // parameter of another because of its method. invalid_request when a parameter's escapes are
  // broken.
  Result<Match> find(std::string_view method, std::string_view raw_path) const;

  // Method and pattern of each, in the order in which they win.
  std::vector<std::pair<std::string, std::string>> all_routes() const;

 private:
  struct Entry {
    std::vector<std::string> segments;
    std::vector<Route> routes;  // one for each method
  };
  std::vector<Entry> entries_;
};

}  // namespace gw::http
