// The composition root: owns every long-lived object, in the order in which they need each other.
#pragma once

#include "api/routes.hpp"
#include "app/config_load.hpp"
#include "app/engine_log.hpp"
#include "app/housekeeping.hpp"
#include "app/kept_sessions.hpp"
#include "app/kept_zones.hpp"
#include "app/keys.hpp"
#include "app/request_observer.hpp"
#include "app/start_message.hpp"
#include "app/try_metrics.hpp"
#include "base/task_group.hpp"
#include "base/worker_pool.hpp"
#include "core/accounts/account_desk.hpp"
#include "core/editor.hpp"
#include "core/engine/dispatcher.hpp"
#include "core/engine/engine.hpp"
#include "core/finishing.hpp"
#include "core/generate.hpp"
#include "core/jobs/job_desk.hpp"
#include "core/library/image_links.hpp"
#include "core/library/input_keeper.hpp"
#include "core/library/library.hpp"
#include "core/library/recall.hpp"
#include "core/library/results.hpp"
#include "core/library/thumbnails.hpp"
#include "core/library/upload_desk.hpp"
#include "core/model_catalog.hpp"
#include "core/ports/account_store.hpp"
#include "core/ports/chat_upstream.hpp"
#include "core/ports/painter.hpp"
#include "core/ports/provider.hpp"
#include "core/ports/remote_pictures.hpp"
#include "core/routing/route_book.hpp"
#include "core/routing/route_desk.hpp"
#include "core/routing/route_editor.hpp"
#include "core/style.hpp"
#include "http/server.hpp"
#include "providers/common/edge.hpp"
#include "storage/blobs/filesystem_store.hpp"
#include "storage/data_dir_lock.hpp"
#include "storage/journal/record_journal.hpp"
#include "storage/records/sqlite_accounts.hpp"
#include "storage/records/sqlite_routes.hpp"
#include "storage/records/sqlite_store.hpp"
#include "storage/spool/disk_spool.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "transport/http_client.hpp"
#include "transport/public_web.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw::app {

// Made and run on the main thread, which becomes the I/O thread. Reading the members downwards is
// reading the architecture; they are destroyed upwards, when drain() has left no coroutine behind.
class App final {
 public:
  // Opens the data directory, reads what is stored and binds the port. The error's message is for
  // the operator.
  static Result<std::unique_ptr<App>> create(LoadedConfig loaded);

  // Serves until SIGTERM or SIGINT, then drains (design rule 8). A second signal ends at once. The
  // exit code.
  int run();

 private:
  App(LoadedConfig loaded, std::size_t file_limit);

  Result<void> open();
  Result<void> open_storage();
  void open_remote_pictures();
  Result<void> open_models();
  void open_jobs();
  Result<void> open_server();
  void open_housekeeping();
  void make_providers();
  Edge& make_edge(edge::ZoneOptions zone);
  void watch_edges();
  std::vector<Provider*> providers() const;
  std::string provider_names() const;
  std::vector<ChatUpstream*> chat_upstreams() const;
  bool knows_models() const;
  std::size_t slots() const;
  void publish_metrics();
  api::HealthView health() const;
  std::vector<UpstreamLine> upstreams() const;
  void announce() const;

  Async<void> serve();
  Task<void> recover();
  void free_demo_slots(std::vector<UnfinishedTask>& tasks, std::vector<LostSend>& lost) const;
  Async<void> drain();

  std::vector<std::string> warnings_;  // the making of config_ adds to them
  std::size_t max_uploads_ = 0;        // it sets this
  const Config config_;
  asio::io_context io_{1};
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<MetricsRegistry> metrics_;
  std::optional<DataDirLock> lock_;  // held before anything in DATA_DIR is touched
  OwnKeys keys_;

  std::unique_ptr<StreamingHttpClient> http_client_;
  std::unique_ptr<PictureCodec> codec_;
  std::unique_ptr<Painter> painter_;
  WorkerPool workers_;                        // its jobs use the two above: destroyed before them
  std::vector<std::unique_ptr<Edge>> edges_;  // of the providers
  std::vector<std::unique_ptr<Provider>> providers_;  // at least one; the first has the default
  std::unique_ptr<ChatUpstream> chat_;                // null: no upstream of ours chats
  ModelCatalog models_;
  std::unique_ptr<RouteBook> routes_;
  StyleBook styles_;

  std::unique_ptr<FilesystemStore> blobs_;
  std::unique_ptr<DiskSpool> spool_;
  std::unique_ptr<UploadDesk> uploads_;
  std::unique_ptr<WorkerPool> lookups_;  // null, like web_: nothing is fetched
  std::unique_ptr<PublicWeb> web_;
  std::unique_ptr<RemotePictures> remote_pictures_;
  std::unique_ptr<ResultStore> results_;
  std::unique_ptr<ImageLinks> links_;
  std::unique_ptr<FilesystemStore> input_blobs_;
  std::unique_ptr<InputKeeper> inputs_;
  std::unique_ptr<SqliteStore> records_;
  std::unique_ptr<AccountStore> account_store_;
  std::unique_ptr<RouteStore> route_store_;
  std::unique_ptr<KeptSessions> kept_sessions_;
  std::unique_ptr<KeptZones> kept_zones_;
  std::unique_ptr<RecordJournal> journal_;
  std::unique_ptr<FilesystemStore> thumbnail_blobs_;
  std::unique_ptr<Thumbnails> thumbnails_;
  std::unique_ptr<Library> library_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<EngineLog> engine_log_;
  std::unique_ptr<TryMetrics> try_metrics_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<RouteDesk> route_desk_;
  std::unique_ptr<Finisher> finisher_;
  std::unique_ptr<Editor> editor_;
  std::unique_ptr<Recall> recall_;
  std::unique_ptr<Generator> generator_;
  std::unique_ptr<JobDesk> jobs_;
  std::unique_ptr<AccountDesk> account_desk_;
  std::unique_ptr<RouteEditor> route_editor_;

  http::Router router_;
  std::unique_ptr<RequestObserver> observer_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<Housekeeping> housekeeping_;
  TaskGroup background_;
  bool draining_ = false;
  int exit_code_ = 0;
};

}  // namespace gw::app
