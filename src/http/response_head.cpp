#include "http/response_head.hpp"

#include "base/text.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>

namespace gw::http {
namespace {

bool is_servers_own(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "connection", "content-length", "date", "keep-alive", "transfer-encoding", "x-request-id"};
  return std::ranges::any_of(kNames, [name](auto own) { return equals_ignoring_case(own, name); });
}

void add_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const auto start = out.size();
  out.append(value);
  const auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; };
  std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), is_control, ' ');
  out.append("\r\n");
}

void add_status_line(std::string& out, int status) {
  const auto reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
  out.append(reason.data(), reason.size()).append("\r\n");
}

std::uint64_t length_of(const Response& response) {
  return response.source ? response.source_length.value_or(0) : response.size();
}

}  // namespace

BodyForm body_form(const RequestHead& request, const Response& response) {
  if (response.status < 200 || response.status == 204 || response.status == 304)
    return BodyForm::none;
  if (!response.source || response.source_length) return BodyForm::sized;
  return request.http_1_0 ? BodyForm::until_close : BodyForm::chunked;
}

std::string response_head(const RequestHead& request, const Response& response,
                          const WireOptions& options) {
  std::string out;
  out.reserve(512);
  add_status_line(out, response.status);
  add_field(out, "Date", options.date);
  add_field(out, "x-request-id", options.request_id);
  for (const auto& [name, value] : response.headers) {
    if (!is_servers_own(name)) add_field(out, name, value);
  }
  if (options.form == BodyForm::sized) {
    add_field(out, "Content-Length", std::to_string(length_of(response)));
  }
  if (options.form == BodyForm::chunked) add_field(out, "Transfer-Encoding", "chunked");
  if (options.persistence == Persistence::close) {
    add_field(out, "Connection", "close");
  } else if (request.http_1_0) {
    add_field(out, "Connection", "keep-alive");  // not the default there
  }
  out.append("\r\n");
  return out;
}

}  // namespace gw::http
