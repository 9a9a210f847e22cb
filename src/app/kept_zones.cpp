#include "app/kept_zones.hpp"

#include <utility>

namespace gw::app {
namespace {

std::string name_of(const std::string& host) {
  return "zone/" + host;
}

}  // namespace

Async<std::optional<Secret>> KeptZones::load(std::string host) {
  auto kept = co_await store_.secret(name_of(host));
  if (kept) co_return *std::move(kept);
  log_.warn("zone_not_read", {{"host", host}, {"detail", kept.error().detail()}});
  co_return std::nullopt;
}

Async<bool> KeptZones::save(std::string host, Secret record) {
  const auto kept = co_await store_.put_secret(name_of(host), std::move(record));
  if (!kept) log_.warn("zone_not_kept", {{"host", host}, {"detail", kept.error().detail()}});
  co_return kept.has_value();
}

}  // namespace gw::app
