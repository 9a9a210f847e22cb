#include "transport/edge/codes.hpp"

#include <algorithm>
#include <iterator>

namespace gw::edge {
namespace {

struct Row {
  int from;
  int to;
  Kind kind;
  std::string_view reason;
};

constexpr Row kRows[] = {
    {520, 521, Kind::origin_error, "origin_failed"},
    {522, 522, Kind::origin_error, "origin_timeout"},
    {523, 523, Kind::origin_error, "origin_unreachable"},
    {524, 524, Kind::origin_error, "origin_timeout"},
    {525, 526, Kind::origin_error, "origin_tls"},
    {527, 527, Kind::origin_error, "origin_failed"},
    {530, 530, Kind::origin_error, "origin_unreachable"},
    {1000, 1004, Kind::origin_error, "zone_names"},
    {1005, 1005, Kind::blocked, "network_refused"},
    {1006, 1008, Kind::blocked, "address_refused"},
    {1009, 1009, Kind::blocked, "country_refused"},
    {1010, 1010, Kind::blocked, "client_signature"},
    {1011, 1012, Kind::blocked, "access_denied"},
    {1013, 1013, Kind::misconfigured, "host_mismatch"},
    {1015, 1015, Kind::rate_limited, "rate_limit"},
    {1016, 1016, Kind::origin_error, "zone_names"},
    {1018, 1018, Kind::origin_error, "zone_names"},
    {1020, 1020, Kind::blocked, "firewall_rule"},
    {1023, 1023, Kind::origin_error, "zone_names"},
    {1033, 1033, Kind::origin_error, "tunnel"},
    {1038, 1038, Kind::origin_error, "request_head"},
    {1101, 1102, Kind::origin_error, "site_worker"},
    {1106, 1106, Kind::blocked, "address_refused"},
    {1200, 1200, Kind::origin_error, "edge_queue"},
    {1205, 1205, Kind::origin_error, "redirects"},
};

}  // namespace

std::optional<CodeMeaning> meaning_of(int code, int status) {
  const auto* row = std::ranges::find_if(
      kRows, [code](const Row& row) { return code >= row.from && code <= row.to; });
  if (row != std::end(kRows)) return CodeMeaning{row->kind, row->reason};
  if (code < 1000 || code > 1999) return std::nullopt;
  if (status == 403) return CodeMeaning{Kind::blocked, "unknown_code"};
  return CodeMeaning{Kind::origin_error, "unknown_code"};
}

}  // namespace gw::edge
