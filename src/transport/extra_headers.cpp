#include "transport/extra_headers.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace gw {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestValue = 8'000;

constexpr std::string_view kOurs[] = {"accept",
                                      "accept-encoding",
                                      "authorization",
                                      "connection",
                                      "content-encoding",
                                      "content-length",
                                      "content-type",
                                      "cookie",
                                      "expect",
                                      "host",
                                      "keep-alive",
                                      "origin",
                                      "proxy-authorization",
                                      "proxy-connection",
                                      "te",
                                      "trailer",
                                      "transfer-encoding",
                                      "upgrade"};

// An address or a browser that is not ours (the upstream counts by address).
constexpr std::string_view kPretences[] = {
    "cf-connecting-ip",    "client-ip",        "fastly-client-ip", "forwarded",   "referer",
    "sec-ch-ua",           "true-client-ip",   "user-agent",       "via",         "x-client-ip",
    "x-cluster-client-ip", "x-originating-ip", "x-real-ip",        "x-remote-ip", "x-remote-addr"};

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

bool is_header_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::ranges::all_of(name, is_token_character);
}

bool is_header_value(std::string_view value) {
  return !value.empty() && value.size() <= kLongestValue && trim(value) == value &&
         std::ranges::all_of(value, [](char c) { return c >= ' ' && c < 0x7f; });
}

std::string fault_of(const std::string& name, const std::string& value) {
  // What is no name may be a value that slipped: it is not repeated.
  if (!is_header_name(name)) return "has a name that is no header's name";
  const auto lower = to_lower(name);
  if (std::ranges::find(kOurs, lower) != std::end(kOurs)) {
    return fmt::format("cannot set {}, which the program sends by itself", name);
  }
  if (std::ranges::find(kPretences, lower) != std::end(kPretences) ||
      lower.starts_with("x-forwarded-") || lower.starts_with("sec-")) {
    return fmt::format(
        "cannot set {}: the upstream is told neither another address nor another "
        "client than ours",
        name);
  }
  if (!is_header_value(value)) return fmt::format("has no visible ASCII text for {}", name);
  return {};
}

}  // namespace

std::expected<ExtraHeaders, std::string> check_extra_headers(
    const std::map<std::string, std::string>& headers) {
  ExtraHeaders checked;
  for (const auto& [name, value] : headers) {
    if (auto fault = fault_of(name, value); !fault.empty())
      return std::unexpected(std::move(fault));
    const auto same = [&](const auto& other) { return equals_ignoring_case(other.first, name); };
    if (std::ranges::any_of(checked, same)) {
      return std::unexpected(fmt::format("has {} twice", name));
    }
    checked.emplace_back(name, Secret(value));
  }
  return checked;
}

void add_extra_headers(OutgoingRequest& request, const ExtraHeaders& headers) {
  for (const auto& [name, value] : headers) request.headers.emplace_back(name, value.reveal());
}

}  // namespace gw
