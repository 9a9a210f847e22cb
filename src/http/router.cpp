#include "http/router.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace gw::http {
namespace {

enum class SegmentKind { literal, parameter, rest };  // in the order in which they win

SegmentKind kind_of(std::string_view segment) {
  if (!segment.starts_with('{')) return SegmentKind::literal;
  return segment.ends_with("...}") ? SegmentKind::rest : SegmentKind::parameter;
}

std::string_view name_of(std::string_view segment) {
  segment.remove_prefix(1);
  segment.remove_suffix(segment.ends_with("...}") ? 4 : 1);
  return segment;
}

template <class Segments>
Segments split(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    const auto segment = path.substr(0, path.find('/'));
    if (!segment.empty()) segments.emplace_back(segment);
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
  }
  return segments;
}

[[noreturn]] void refuse(const Route& route, const char* why) {
  throw std::logic_error("route " + route.method + " " + route.pattern + ": " + why);
}

void check_segments(const Route& route, const std::vector<std::string>& segments) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string_view segment = segments[i];
    const auto kind = kind_of(segment);
    if (kind == SegmentKind::rest && i + 1 < segments.size())
      refuse(route, "only the last takes the rest");
    if (kind != SegmentKind::literal && !segment.ends_with('}'))
      refuse(route, "a brace is not closed");
    const auto name = kind == SegmentKind::literal ? segment : name_of(segment);
    if (name.empty() || name.find_first_of("{}") != name.npos) refuse(route, "a bad segment");
  }
}

bool same_shape(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::equal(a, b, [](const std::string& x, const std::string& y) {
    return kind_of(x) == kind_of(y) && (kind_of(x) != SegmentKind::literal || x == y);
  });
}

bool wins(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::lexicographical_compare(a, b, {}, kind_of, kind_of);
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= path.size()) return false;
    const auto kind = kind_of(pattern[i]);
    if (kind == SegmentKind::rest) return true;
    if (kind == SegmentKind::literal && pattern[i] != path[i]) return false;
  }
  return pattern.size() == path.size();
}

Result<std::string> decode(std::string_view name, std::string_view segment) {
  auto value = percent_decode(segment);
  if (!value)
    return fail(Error::invalid_request(std::string(name), "The path contains a broken %-escape."));
  return *std::move(value);
}

// The segments joined again; an encoded slash has become an equal of the others.
Result<std::string> decode_rest(std::string_view name, std::span<const std::string_view> segments) {
  std::string out;
  for (const auto segment : segments) {
    GW_TRY(const auto value, decode(name, segment));
    if (!out.empty()) out += '/';
    out += value;
  }
  return out;
}

using Params = std::vector<std::pair<std::string, std::string>>;

Result<Params> params_of(const std::vector<std::string>& pattern,
                         const std::vector<std::string_view>& path) {
  Params params;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const auto kind = kind_of(pattern[i]);
    if (kind == SegmentKind::literal) continue;
    const auto name = name_of(pattern[i]);
    auto value = kind == SegmentKind::rest ? decode_rest(name, std::span(path).subspan(i))
                                           : decode(name, path[i]);
    if (!value) return fail(std::move(value).error());
    params.emplace_back(name, *std::move(value));
  }
  return params;
}

const Route* route_for(std::string_view method, const std::vector<Route>& routes) {
  const auto exact = std::ranges::find(routes, method, &Route::method);
  if (exact != routes.end()) return &*exact;
  if (method != "HEAD") return nullptr;
  return route_for("GET", routes);
}

std::string methods_of(const std::vector<Route>& routes) {
  std::string out;
  for (const auto& route : routes) {
    out.append(out.empty() ? "" : ", ").append(route.method);
    if (route.method == "GET" && std::ranges::find(routes, "HEAD", &Route::method) == routes.end())
      out += ", HEAD";
  }
  return out;
}

}  // namespace

void Router::add(Route route) {
  if (route.method.empty() || !route.handler) refuse(route, "method or handler is missing");
  if (!route.pattern.starts_with('/')) refuse(route, "the pattern does not start with a slash");
  auto segments = split<std::vector<std::string>>(route.pattern);
  check_segments(route, segments);
  for (auto& entry : entries_) {
    if (!same_shape(entry.segments, segments)) continue;
    if (entry.segments != segments) refuse(route, "another route names its parameters differently");
    if (std::ranges::find(entry.routes, route.method, &Route::method) != entry.routes.end()) {
      refuse(route, "added twice");
    }
    entry.routes.push_back(std::move(route));
    return;
  }
  const auto place = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return wins(segments, entry.segments); });
  Entry entry;
  entry.segments = std::move(segments);
  entry.routes.push_back(std::move(route));
  entries_.insert(place, std::move(entry));
}

Result<Router::Match> Router::find(std::string_view method, std::string_view raw_path) const {
  Match match;
  if (!raw_path.starts_with('/')) return match;
  const auto path = split<std::vector<std::string_view>>(raw_path);
  const auto entry = std::ranges::find_if(
      entries_, [&](const Entry& candidate) { return matches(candidate.segments, path); });
  if (entry == entries_.end()) return match;
  match.route = route_for(method, entry->routes);
  if (!match.route) {
    match.allowed = methods_of(entry->routes);
    return match;
  }
  GW_TRY(match.params, params_of(entry->segments, path));
  return match;
}

std::vector<std::pair<std::string, std::string>> Router::all_routes() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& entry : entries_) {
    for (const auto& route : entry.routes) all.emplace_back(route.method, route.pattern);
  }
  return all;
}

}  // namespace gw::http
