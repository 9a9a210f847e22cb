#include "app/request_observer.hpp"

#include <array>
#include <vector>

namespace gw::app {
namespace {

// To the microsecond: more digits are noise of the division.
double milliseconds(std::chrono::duration<double> time) {
  return static_cast<double>(std::chrono::round<std::chrono::microseconds>(time).count()) / 1000;
}

constexpr std::array<double, 11> kSeconds{0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 30, 60, 180, 600};

LogValue log_value(const RequestContext::Field& field) {
  if (const auto* number = std::get_if<std::int64_t>(&field)) return *number;
  return std::string_view(std::get<std::string>(field));
}

}  // namespace

std::string_view to_string(RequestObserver::StatusClass status) {
  using enum RequestObserver::StatusClass;
  switch (status) {
    case success:
      return "2xx";
    case redirect:
      return "3xx";
    case client_error:
      return "4xx";
    case client_left:
      return "499";
    case server_error:
      return "5xx";
  }
  return "5xx";
}

RequestObserver::RequestObserver(Log& log, MetricsRegistry& metrics, const Clock& clock)
    : log_(log),
      clock_(clock),
      requests_(metrics.counter_by("gw_http_requests_total",
                                   "Requests answered, by status; 499: the client left.", "status",
                                   StatusClass::server_error)),
      duration_(metrics.histogram("gw_http_request_seconds",
                                  "From the end of the head to the end of the answer.", kSeconds)) {
}

void RequestObserver::finished(const http::RequestHead& head, const RequestContext& context,
                               int status, std::uint64_t bytes_sent) {
  const std::chrono::duration<double> spent = clock_.now() - context.received;
  requests_[class_of(status)].increment();
  duration_.observe(spent.count());

  // The path without its query: a link's signature is a secret.
  std::vector<LogField> fields{{"request_id", std::string_view(context.request_id)},
                               {"method", std::string_view(head.method)},
                               {"path", head.path()},
                               {"status", std::int64_t{status}},
                               {"bytes", static_cast<std::int64_t>(bytes_sent)},
                               {"ms", milliseconds(spent)},
                               {"client", std::string_view(context.client)}};
  for (const auto& [name, value] : context.log_fields) fields.emplace_back(name, log_value(value));
  log_.write(LogLevel::info, "request", fields);
}

RequestObserver::StatusClass RequestObserver::class_of(int status) {
  constexpr int kClientLeft = 499;
  if (status == kClientLeft) return StatusClass::client_left;
  if (status < 300) return StatusClass::success;
  if (status < 400) return StatusClass::redirect;
  return status < 500 ? StatusClass::client_error : StatusClass::server_error;
}

}  // namespace gw::app
