#include "transport/edge/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gw::edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLongestRetryAfter{60};  // one SDK sleeps for whatever it is told

constexpr std::string_view kRenew = "the gateway's operator must renew the clearance in admin";
constexpr std::string_view kOwner =
    "only the site's owner can let it in: by its address, by a path without challenges, or by a "
    "service token";

// " (1020, ray 8f1a…-FRA)"; empty when neither is known.
std::string marks(int code, const std::string& ray) {
  if (code == 0 && ray.empty()) return {};
  if (ray.empty()) return fmt::format(" ({})", code);
  if (code == 0) return fmt::format(" (ray {})", ray);
  return fmt::format(" ({}, ray {})", code, ray);
}

Error challenged(std::string_view host, Reason reason, const std::string& marks) {
  const auto say = [&](std::string text) {
    return Error(ErrorKind::upstream_challenged, std::move(text))
        .with_retry_after(kLongestRetryAfter);
  };
  switch (reason) {
    case Reason::rejected:
      return say(
          fmt::format("{} does not take the clearance that was pasted{}, most likely because it "
                      "was earned from "
                      "another address or by another browser; {}",
                      host, marks, kRenew));
    case Reason::loop:
      return say(fmt::format(
          "{} takes clearances and asks for a human again at once{}: it judges by the connection, "
          "and {}",
          host, marks, kOwner));
    case Reason::expired:
      return say(fmt::format("the clearance for {} is past its time; {}", host, kRenew));
    default:
      return say(fmt::format("{} wants to see a human before it lets the gateway through{}; {}",
                             host, marks, kRenew));
  }
}

Error blocked(std::string_view host, const std::string& marks) {
  return Error(ErrorKind::upstream_blocked,
               fmt::format("{} refuses this gateway{}; {}. After that the gateway's operator lets "
                           "it try again in admin",
                           host, marks, kOwner))
      .without_retry();
}

Error limited(std::string_view host, const std::string& marks, std::optional<milliseconds> wait) {
  const auto told = std::chrono::ceil<seconds>(wait.value_or(seconds(5)));
  return Error(ErrorKind::rate_limited,
               fmt::format("{} limits how often the gateway may ask{}; again in {} s", host, marks,
                           std::max(told, seconds(1)).count()))
      .with_code("upstream_rate_limited")
      .with_retry_after(std::clamp(told, seconds(1), kLongestRetryAfter));
}

Error lost(std::string_view host, const Finding& finding, const std::string& marks) {
  const bool late = finding.reason == "origin_timeout";
  return {late ? ErrorKind::upstream_timeout : ErrorKind::upstream_error,
          fmt::format("the edge in front of {} got no answer of it{}; the request may have been "
                      "processed",
                      host, marks)};
}

Error misconfigured(std::string_view host, const std::string& marks) {
  return {ErrorKind::upstream_error,
          fmt::format("the edge in front of {} says that names do not fit together{}: the "
                      "gateway's operator has to check its base URL and proxy",
                      host, marks)};
}

Error error_of(std::string_view host, const Finding& finding, const std::string& marks) {
  switch (finding.kind) {
    case Kind::challenge:
      return challenged(host, Reason::challenged, marks);
    case Kind::blocked:
      return blocked(host, marks);
    case Kind::rate_limited:
      return limited(host, marks, finding.retry_after);
    case Kind::misconfigured:
      return misconfigured(host, marks);
    default:
      return lost(host, finding, marks);
  }
}

}  // namespace

Error closed(std::string_view host, const ZoneRecord& record, std::optional<milliseconds> wait) {
  const auto told = marks(record.code, record.ray);
  const auto state = [&] {
    if (record.state == State::needed) return challenged(host, record.reason, told);
    if (record.state == State::blocked) return blocked(host, told);
    return limited(host, told, wait);
  };
  return state().with_detail(fmt::format("edge: nothing sent, zone {}, {}", to_string(record.state),
                                         to_string(record.reason)));
}

Error answered_by_edge(std::string_view host, const Finding& finding) {
  return error_of(host, finding, marks(finding.code, finding.ray.text()))
      .with_detail(fmt::format("edge: {} {} {}{}", to_string(finding.kind), finding.reason,
                               finding.code, finding.heuristic ? ", by marks in the page" : ""));
}

std::string probe_result(const std::optional<Finding>& finding, bool with_clearance) {
  if (!finding) return "no answer came; nothing is known";
  const auto told = marks(finding->code, finding->ray.text());
  switch (finding->kind) {
    case Kind::challenge:
      return with_clearance ? "challenged again" + told +
                                  ": most likely it was earned from another address or by "
                                  "another browser"
                            : "challenged" + told;
    case Kind::blocked:
      return "refused" + told + "; " + std::string(kOwner);
    case Kind::rate_limited:
      return "limited" + told + ": later again";
    case Kind::origin_error:
      return "the edge got no answer from the site" + told + "; nothing is known";
    case Kind::misconfigured:
      return "names do not fit together" + told;
    default:
      return "let through";
  }
}

}  // namespace gw::edge
