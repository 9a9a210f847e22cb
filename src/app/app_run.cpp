// What the program does from the first coroutine to the last; app.cpp makes what it does it with.
#include "app/app.hpp"
#include "app/start_message.hpp"
#include "core/jobs/recovery.hpp"
#include "transport/http_library.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <unistd.h>

namespace gw::app {
namespace {

constexpr std::chrono::seconds kJournalFlush{5};  // for the last batch, when the grace is over

}  // namespace

int App::run() {
  background_.spawn(serve());
  io_.run();
  return exit_code_;
}

Async<void> App::serve() {
  if (const auto opened = co_await library_->open(); !opened) {
    log_->error("library_not_read", {{"detail", opened.error().detail()}});
    exit_code_ = 1;
    co_return;
  }
  if (const auto accounts = co_await account_desk_->open(); !accounts) {
    log_->error("accounts_not_read", {{"detail", accounts.error().detail()}});
    exit_code_ = 1;
    co_return;
  }
  if (const auto routes = co_await route_editor_->open(); !routes) {
    log_->error("routes_not_read", {{"detail", routes.error().detail()}});
    exit_code_ = 1;
    co_return;
  }
  for (const auto& edge : edges_) co_await edge->open();
  if (const auto recovered = co_await recover(); !recovered) {
    log_->error("journal_not_read", {{"detail", recovered.error().detail()}});
    exit_code_ = 1;
    co_return;
  }
  server_->start();
  housekeeping_->start(background_);
  announce();

  asio::basic_signal_set<Executor> signals(io_.get_executor(), SIGTERM, SIGINT);
  co_await signals.async_wait(use_awaitable);
  // From here on a second signal does what it does to any program.
  signals.clear();
  log_->info("draining", {{"grace_ms", std::int64_t{config_.shutdown_grace.count()}}});
  co_await drain();
  housekeeping_->stop();
  log_->info("stopped");
}

Async<void> App::drain() {
  draining_ = true;
  jobs_->close();
  engine_->leave_jobs();
  const auto deadline = clock_.now() + config_.shutdown_grace;
  co_await server_->drain(deadline);
  co_await dispatcher_->stop(deadline);
  co_await library_->finish();
  co_await account_desk_->finish();
  for (const auto& edge : edges_) co_await edge->finish();
  co_await route_editor_->finish();
  co_await journal_->stop(std::max(deadline, clock_.now() + kJournalFlush));
}

// Before the first request: what a stopped process left goes on, or is known to be unknown.
Task<void> App::recover() {
  GW_CO_CHECK(co_await inputs_->open());
  GW_CO_TRY(auto work, co_await records_->open_work());
  journal_->recovered(work);
  const auto last = work.last;
  auto lost = work.lost;
  GW_CO_TRY(auto tasks, co_await unfinished_tasks(std::move(work), *inputs_, *results_));
  free_demo_slots(tasks, lost);
  if (!tasks.empty()) log_->info("recovered", {{"tasks", static_cast<std::int64_t>(tasks.size())}});
  engine_->restore(std::move(tasks), lost, last);
  co_return Done();
}

// The demo draws in this process: what it was drawing ended with the one before.
void App::free_demo_slots(std::vector<UnfinishedTask>& tasks, std::vector<LostSend>& lost) const {
  if (!config_.demo_mode()) return;
  const auto& demo = providers_.front()->host();
  std::erase_if(lost, [&](const LostSend& send) { return send.host == demo; });
  for (auto& task : tasks) {
    if (task.spec->host == demo) task.sent_at = WallTime();
  }
}

std::vector<UpstreamLine> App::upstreams() const {
  std::vector<std::string> urls;  // in the order of make_providers()
  if (config_.dreamifly) urls.push_back(config_.dreamifly->base_url);
  if (config_.openai) urls.push_back(config_.openai->base_url);
  std::vector<UpstreamLine> lines;
  for (std::size_t i = 0; i < urls.size(); ++i)
    lines.push_back({urls[i], providers_[i]->host_limit()});
  return lines;
}

void App::announce() const {
  StartFacts facts{.version = GW_VERSION,
                   .url = local_url(config_.server.host, server_->port()),
                   .upstreams = upstreams(),
                   .keys = keys_,
                   .data_dir = config_.data_dir,
                   .warnings = warnings_,
                   .audience = ::isatty(STDOUT_FILENO) ? Audience::terminal : Audience::log};
  std::cout << start_message(facts) << std::flush;
  // The libraries of the machine it runs on, not of the one it was built on.
  const auto http = http_library();
  const auto codings = fmt::format("{}", fmt::join(http.decoders, " "));
  log_->info("started", {{"version", std::string_view(GW_VERSION)},
                         {"libcurl", std::string_view(http.version)},
                         {"tls", std::string_view(http.tls)},
                         {"http2", http.http2},
                         {"socks", http.socks},
                         {"codings", std::string_view(codings)}});
}

}  // namespace gw::app
