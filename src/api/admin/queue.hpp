// /admin/api/queue: what is in line and being drawn. Never prompts, and never whose they are.
#pragma once

#include "core/engine/engine.hpp"
#include "core/ports/provider.hpp"
#include "http/message.hpp"
#include "telemetry/log.hpp"

#include <boost/json/object.hpp>

#include <string_view>
#include <utility>
#include <vector>

namespace gw::api {

// I/O thread; what it refers to outlives it.
class QueueEndpoint final {
 public:
  QueueEndpoint(Engine& engine, std::vector<Provider*> providers, const Clock& clock, Log& log)
      : engine_(engine), providers_(std::move(providers)), clock_(clock), log_(log) {}

  // What is drawn first, then the line in its order; `limit` of them (1 … 1000, 200).
  Result<http::Response> list(const http::Request& request);
  // Route parameter `task`. conflict for what was leased: it goes on, and its picture is kept.
  Task<http::Response> cancel(http::Request request, RequestContext& context);

 private:
  std::vector<const TaskRecord*> in_order() const;
  boost::json::object shown(const TaskRecord& task);
  std::string_view provider_of(const HostId& host) const;

  Engine& engine_;
  const std::vector<Provider*> providers_;
  const Clock& clock_;
  Log& log_;
};

}  // namespace gw::api
