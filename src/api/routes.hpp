// The whole URL map, and the hooks that make an HTTP server this gateway.
#pragma once

#include "api/admin/endpoints.hpp"
#include "api/auth.hpp"
#include "api/forwarded.hpp"
#include "api/ops/health.hpp"
#include "api/v1/chat.hpp"
#include "api/v1/images.hpp"
#include "api/v1/jobs.hpp"
#include "api/v1/library.hpp"
#include "api/v1/models.hpp"
#include "api/v1/pictures.hpp"
#include "api/web/page.hpp"
#include "core/ports/remote_pictures.hpp"
#include "core/style.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "telemetry/metrics.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace gw::api {

// What the endpoints work with; all owned by the composition root, and outliving the router.
struct Doors {
  RouteBook& routes;
  const StyleBook& styles;
  Generator& generator;
  ResultStore& results;
  const ImageLinks& links;
  const Clock& clock;
  const MetricsRegistry& metrics;
  WorkerPool& workers;
  ByteBudget& pictures_in_memory;
  UploadDesk& uploads;
  RemotePictures& remote_pictures;
  Editor& editor;
  Library& library;
  Thumbnails& thumbnails;
  JobDesk& jobs;
  AdminParts admin;
  std::vector<ChatUpstream*> chat_upstreams = {};
};

struct ApiOptions {
  Secret api_key;  // not empty
  MetricsKeys metrics_keys;
  AdminOptions admin;
  std::function<HealthView()> health;
  Page page = Page::embedded();
  std::size_t max_json_body = 30'000'000;
  std::size_t max_upload = 900'000'000;  // a multipart body: 16 pictures of 50 MB and their mask
  std::chrono::milliseconds heartbeat{10'000};  // between signs of life of answers that stream
  ChatPictures chat_pictures = ChatPictures::both;
  StorePictures store_pictures = StorePictures::on;
  HopelessWaits hopeless_waits = HopelessWaits::refused;
  std::chrono::seconds longest_wait{600};  // of a client on its connection (Prefer: wait)
};

// Makes the endpoints, which the handlers then own together, and adds every route.
void add_routes(http::Router& router, const Doors& doors, ApiOptions options);

// All hooks but `finished`, which belongs to whoever keeps the log and the metrics.
http::ServerHooks make_hooks(ForwardedOptions forwarded);

}  // namespace gw::api
