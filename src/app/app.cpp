#include "app/app.hpp"

#include "app/account_metrics.hpp"
#include "app/config_models.hpp"
#include "app/edge_watch.hpp"
#include "app/engine_metrics.hpp"
#include "app/file_limit.hpp"
#include "app/picture_fetcher.hpp"
#include "app/records_commands.hpp"
#include "app/server_metrics.hpp"
#include "app/upstream_metrics.hpp"
#include "core/library/no_remote_pictures.hpp"
#include "imaging/demo_painter.hpp"
#include "imaging/font.hpp"
#include "imaging/gd_codec.hpp"
#include "providers/demo/models.hpp"
#include "providers/demo/provider.hpp"
#include "providers/dreamifly/models.hpp"
#include "providers/dreamifly/outgoing.hpp"
#include "providers/dreamifly/provider.hpp"
#include "providers/openai/outgoing.hpp"
#include "providers/openai/upstream.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>

namespace gw::app {
namespace {

using std::chrono::seconds;

// Blocking work is files and pixels: as many threads as a small server has cores.
constexpr std::size_t kWorkerThreads = 2;
// Of their own: a name server that does not answer would hold files and pixels up.
constexpr std::size_t kLookupThreads = 2;

std::string describe(std::exception_ptr bug) {
  try {
    std::rethrow_exception(bug);
  } catch (const std::exception& error) {
    return error.what();
  }
}

TaskGroup::Report report_to(Log& log) {
  return [&log](std::exception_ptr bug) { log.error("bug", {{"detail", describe(bug)}}); };
}

}  // namespace

Result<std::unique_ptr<App>> App::create(LoadedConfig loaded) {
  std::unique_ptr<App> app(new App(std::move(loaded), raise_file_limit()));
  GW_CHECK(app->open());
  return app;
}

App::App(LoadedConfig loaded, std::size_t file_limit)
    : config_([&] {
        const auto bounds = bound_files(loaded.config.server.max_connections, file_limit);
        if (bounds.warning) warnings_.push_back(*bounds.warning);
        loaded.config.server.max_connections = bounds.connections;
        max_uploads_ = bounds.uploads;
        return std::move(loaded.config);
      }()),
      log_(make_log(config_.log_level)),
      metrics_(make_metrics_registry()),
      http_client_(make_curl_client(io_, {.ca_file = config_.upstream_ca_file})),
      codec_(make_gd_codec({})),
      painter_(make_demo_painter(find_font())),
      workers_(io_.get_executor(), kWorkerThreads),
      styles_(config_.style_mapping),
      background_(io_.get_executor(), report_to(*log_)) {
  for (const auto& warning : loaded.warnings) warnings_.push_back(to_string(warning));
  if (config_.demo_mode() && find_font().empty()) {
    warnings_.emplace_back(
        "no font with Chinese was found (Debian: fonts-wqy-microhei); demo pictures carry no text");
  }
}

Result<void> App::open() {
  GW_CHECK(open_storage());
  GW_CHECK(open_models());
  open_jobs();
  GW_CHECK(open_server());
  open_housekeeping();
  publish_metrics();
  return {};
}

Result<void> App::open_storage() {
  GW_TRY(auto lock, DataDirLock::acquire(config_.data_dir));
  lock_.emplace(std::move(lock));
  GW_TRY(keys_, prepare_keys(config_, random_));
  GW_TRY(blobs_, FilesystemStore::open(config_.data_dir / "images", workers_));
  const SpoolLimits limits{.bytes = config_.spool_bytes, .files = max_uploads_};
  GW_TRY(spool_, DiskSpool::open(config_.data_dir / "spool", workers_, limits));
  GW_TRY(input_blobs_, FilesystemStore::open(config_.data_dir / "inputs", workers_));
  // As much again as for the uploads that they were.
  inputs_ = std::make_unique<InputKeeper>(*input_blobs_, random_, clock_, io_.get_executor(),
                                          config_.spool_bytes);
  GW_TRY(records_, SqliteStore::open(records_file(config_.data_dir), workers_));
  account_store_ = std::make_unique<SqliteAccounts>(*records_, keys_.sealing, *log_);
  route_store_ = std::make_unique<SqliteRoutes>(*records_);
  kept_sessions_ = std::make_unique<KeptSessions>(*account_store_, *log_);
  kept_zones_ = std::make_unique<KeptZones>(*account_store_, *log_);
  journal_ = std::make_unique<RecordJournal>(*records_, io_.get_executor(), *log_);
  uploads_ = std::make_unique<UploadDesk>(*spool_, UploadOptions{});
  open_remote_pictures();
  results_ = std::make_unique<ResultStore>(config_.library, *blobs_, clock_, random_, *log_);
  GW_TRY(thumbnail_blobs_, FilesystemStore::open(config_.data_dir / "thumbnails", workers_));
  thumbnails_ =
      std::make_unique<Thumbnails>(*results_, *thumbnail_blobs_, *codec_, workers_, *log_);
  library_ = std::make_unique<Library>(config_.library, io_.get_executor(), *records_, *results_,
                                       *thumbnails_, *journal_, clock_, *log_);
  links_ = std::make_unique<ImageLinks>(keys_.signing, config_.library.url_time, clock_);
  return {};
}

void App::open_remote_pictures() {
  if (!config_.fetch_remote_images) {
    remote_pictures_ = std::make_unique<NoRemotePictures>();
    return;
  }
  lookups_ = std::make_unique<WorkerPool>(io_.get_executor(), kLookupThreads);
  web_ = std::make_unique<PublicWeb>(io_, *lookups_, web_options(uploads_->options()));
  remote_pictures_ = std::make_unique<PictureFetcher>(*web_, *uploads_);
}

Result<void> App::open_models() {
  make_providers();
  using Names = ModelCatalog::Names;
  const auto names = has_open_names(config_) ? Names::open : Names::closed;
  auto aliases = routed_aliases(config_.model_routes);
  aliases.insert(config_.model_mapping.begin(), config_.model_mapping.end());
  GW_TRY(models_,
         ModelCatalog::create(providers(), {config_.default_model, std::move(aliases), names}));
  routes_ = std::make_unique<RouteBook>(models_, config_.model_routes);
  dispatcher_ = std::make_unique<Dispatcher>(io_.get_executor(), *results_, *log_);
  engine_ = std::make_unique<Engine>(config_.engine, clock_, *journal_, *dispatcher_);
  engine_log_ = std::make_unique<EngineLog>(*log_, clock_);
  engine_->observe(*engine_log_);
  try_metrics_ = std::make_unique<TryMetrics>(*metrics_);
  engine_->observe(*try_metrics_);
  for (const auto& provider : providers_) {
    engine_->add_host(provider->host(), provider->host_limit(), std::string(provider->name()));
    dispatcher_->add_provider(*provider);
  }
  finisher_ = std::make_unique<Finisher>(*results_, *codec_, workers_);
  dispatcher_->bind(*engine_, *journal_, *finisher_);
  watch_edges();
  recall_ = std::make_unique<Recall>(*records_, *results_, *log_);
  route_desk_ =
      std::make_unique<RouteDesk>(*routes_, *engine_, engine_->durations(), clock_, random_);
  editor_ = std::make_unique<Editor>(*routes_, *codec_, *uploads_, workers_);
  generator_ =
      std::make_unique<Generator>(*route_desk_, styles_, *engine_, *results_, *finisher_,
                                  io_.get_executor(), random_, recall_.get(), config_.sharing);
  return {};
}

void App::open_jobs() {
  const JobDesk::Parts parts{*generator_, *routes_, *engine_, *journal_,
                             *records_,   *inputs_, *results_};
  jobs_ = std::make_unique<JobDesk>(parts, io_.get_executor(), clock_);
  journal_->on_written([this](const auto& jobs) { jobs_->written(jobs); });
  AccountDesk::Parts accounts{*account_store_, *engine_, providers()};
  account_desk_ = std::make_unique<AccountDesk>(std::move(accounts), io_.get_executor(), clock_,
                                                random_, *log_);
  const RouteEditor::Parts routes{models_, *routes_, *route_store_};
  route_editor_ = std::make_unique<RouteEditor>(routes, io_.get_executor(), *log_);
}

void App::make_providers() {
  if (config_.dreamifly) {
    auto& edge = make_edge(dreamifly::zone_of(*config_.dreamifly));
    providers_.push_back(dreamifly::make_provider(*config_.dreamifly, edge.client(), clock_,
                                                  kept_sessions_.get(), &edge));
  }
  if (config_.openai) {
    auto& edge = make_edge(openai::zone_of(*config_.openai));
    auto upstream = openai::make_upstream(*config_.openai, edge.client(), workers_, clock_, &edge);
    providers_.push_back(std::move(upstream.images));
    chat_ = std::move(upstream.chat);
  }
  if (!providers_.empty()) return;
  providers_.push_back(demo::make_provider(config_.demo, *painter_, workers_,
                                           demo::demo_models(dreamifly::known_models())));
}

Edge& App::make_edge(edge::ZoneOptions zone) {
  const Edge::Parts parts{*http_client_, clock_, *log_, kept_zones_.get()};
  return *edges_.emplace_back(std::make_unique<Edge>(parts, std::move(zone)));
}

// An edge hears of answers within what the engine has started: it is told afterwards.
void App::watch_edges() {
  for (const auto& provider : providers_) {
    auto* edge = provider->clearance_door();
    if (!edge) continue;
    edge->on_changed([this, host = provider->host()](std::optional<HostShut> shut) {
      asio::post(io_, [this, host, shut = std::move(shut)] {
        const auto view = engine_->host(host);
        if (view) follow_edge(*engine_, host, *view, shut, clock_.wall());
      });
    });
  }
}

std::vector<Provider*> App::providers() const {
  std::vector<Provider*> all;
  for (const auto& provider : providers_) all.push_back(provider.get());
  return all;
}

std::string App::provider_names() const {
  std::string names;
  for (const auto& provider : providers_)
    names.append(names.empty() ? "" : "+").append(provider->name());
  return names;
}

std::vector<ChatUpstream*> App::chat_upstreams() const {
  if (!chat_) return {};
  return {chat_.get()};
}

std::size_t App::slots() const {
  std::size_t slots = 0;
  for (const auto& provider : providers_) slots += provider->host_limit();
  return slots;
}

Result<void> App::open_server() {
  GW_TRY(auto trusted, api::TrustedProxies::create(config_.trusted_proxies));
  const api::ForwardedOptions forwarded{std::move(trusted), config_.public_base_url};
  api::ApiOptions options{
      .api_key = keys_.api_master.value,
      .metrics_keys = {.metrics = config_.metrics_key, .admin = keys_.admin.value},
      .admin = {.key = keys_.admin.value, .forwarded = forwarded},
      .health = [this] { return health(); },
      .max_json_body = config_.max_json_body,
      .max_upload = config_.max_upload,
      .heartbeat = config_.heartbeat,
      .chat_pictures = config_.chat_pictures,
      .store_pictures = config_.store_pictures,
      .hopeless_waits = config_.hopeless_waits,
      .longest_wait = config_.engine.request_time};
  if (!config_.web_dir.empty()) {
    GW_TRY(options.page, api::Page::from_folder(config_.web_dir));
  }
  const api::AdminParts admin{*account_desk_, *engine_, *route_desk_, *route_editor_,
                              providers(),    clock_,   random_,      *log_};
  const api::Doors doors{*routes_,  styles_,           *generator_,
                         *results_, *links_,           clock_,
                         *metrics_, workers_,          engine_->pictures_in_memory(),
                         *uploads_, *remote_pictures_, *editor_,
                         *library_, *thumbnails_,      *jobs_,
                         admin,     chat_upstreams()};
  api::add_routes(router_, doors, std::move(options));

  observer_ = std::make_unique<RequestObserver>(*log_, *metrics_, clock_);
  auto hooks = api::make_hooks(forwarded);
  hooks.finished = [this](const http::RequestHead& head, const RequestContext& context, int status,
                          std::uint64_t bytes) {
    observer_->finished(head, context, status, bytes);
  };
  GW_TRY(server_,
         http::make_server(io_, config_.server, router_, std::move(hooks), clock_, random_));
  return {};
}

void App::open_housekeeping() {
  Housekeeping::Parts parts{.clock = clock_,
                            .log = *log_,
                            .config = config_,
                            .records = *records_,
                            .library = *library_,
                            .results = *results_,
                            .inputs = *inputs_,
                            .spool = *spool_,
                            .engine = *engine_,
                            .client = *http_client_,
                            .server = *server_,
                            .providers = providers(),
                            .knows_models = [this] { return knows_models(); }};
  housekeeping_ = std::make_unique<Housekeeping>(std::move(parts), io_.get_executor());
}

void App::publish_metrics() {
  const auto all = providers();
  publish_program(*metrics_, [this] { return health().not_ready.empty(); });
  publish(*metrics_, provider_names(), config_.engine, *engine_);
  publish_upstreams(*metrics_, all, *engine_, clock_);
  publish_accounts(*metrics_, {all.begin(), all.end()}, *engine_, clock_);
  publish(*metrics_, *results_);
  publish(*metrics_, *journal_);
  publish(*metrics_, *server_);
}

// One that only chats serves too.
bool App::knows_models() const {
  return !models_.offered().empty() || (chat_ && !chat_->models().empty());
}

api::HealthView App::health() const {
  api::HealthView view;
  view.provider = provider_names();
  view.demo = config_.demo_mode();
  view.queued = engine_->counts().queued;
  view.running = engine_->counts().running;
  view.slots = slots();
  if (draining_) view.not_ready.emplace_back("the gateway is shutting down");
  if (!knows_models())
    view.not_ready.emplace_back("no model is known: the upstream's list could not be read yet");
  if (!results_->accepting())
    view.not_ready.emplace_back("the disk takes no pictures (storage_unavailable)");
  if (!journal_->accepting())
    view.not_ready.emplace_back("the disk takes no records (storage_unavailable)");
  return view;
}

}  // namespace gw::app
