#include "providers/dreamifly/checkup.hpp"

#include "base/event.hpp"
#include "providers/dreamifly/account_look.hpp"
#include "providers/dreamifly/authorization.hpp"
#include "providers/dreamifly/errors.hpp"
#include "providers/dreamifly/offer.hpp"
#include "providers/dreamifly/offer_call.hpp"
#include "providers/dreamifly/outgoing.hpp"
#include "providers/dreamifly/sessions.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace gw::dreamifly {
namespace {

using State = ReachCheckup::State;

// Bounds every call and remembers whether anything answered.
class WatchedClient final : public HttpClient {
 public:
  WatchedClient(HttpClient& client, std::chrono::milliseconds patience)
      : client_(client), patience_(patience) {}

  Async<Transfer> perform(OutgoingRequest request) override {
    request.connect_time = std::min(request.connect_time, patience_);
    request.total_time = std::min(request.total_time, patience_);
    auto answer = co_await client_.perform(std::move(request));
    note(answer);
    co_return answer;
  }

  const ReachCheckup& reach() const { return reach_; }

 private:
  void note(const Transfer& answer) {
    if (!answer) {
      if (reach_.fault.empty()) reach_.fault = answer.error().error.detail();
      return;
    }
    if (reach_.state == State::nothing) {
      reach_.state = State::other;
      reach_.first_byte = answer->first_byte;
    }
    if (is_json(*answer)) reach_.state = State::server;
  }

  HttpClient& client_;
  std::chrono::milliseconds patience_;
  ReachCheckup reach_;
};

ClockCheckup clock_of(const ServerClock& server, const Clock& clock) {
  const auto wall =
      clock.wall() - std::chrono::duration_cast<WallTime::duration>(clock.now() - server.read);
  return {.zone = server.zone,
          .ahead = std::chrono::duration_cast<std::chrono::milliseconds>(server.time - wall),
          .failure = {}};
}

ModelsCheckup models_of(const std::vector<OfferedModel>& list, WallTime now) {
  Offer offer;
  offer.update(list, now);
  ModelsCheckup models;
  for (const auto& model : offer.known()) {
    if (model.offered)
      models.offered.push_back(model);
    else
      models.missing.push_back(model.id);
  }
  for (const auto* model : offer.discovered()) models.offered.push_back(*model);
  return models;
}

class Examination final {
 public:
  Examination(const Options& options, HttpClient& client, const Clock& clock,
              std::chrono::milliseconds patience)
      : options_(options),
        client_(client, patience),
        clock_(clock),
        authorization_(options, client_, clock),
        sessions_(options, client_, clock, nullptr) {}

  Async<Checkup> run() {
    co_await look_at_clock();
    if (!authorization_.per_minute() || answered()) co_await look_at_models();
    if (answered()) {
      co_await look_at_accounts();
      co_await look_at_token();
    }
    checkup_.reach = client_.reach();
    co_return std::move(checkup_);
  }

 private:
  bool answered() const { return client_.reach().state != State::nothing; }

  Async<void> look_at_clock() {
    auto header = co_await authorization_.header(Authorization::Freshness::fetched);
    const auto failure = header ? std::string() : header.error().error.detail();
    if (header) header_ = *std::move(header);
    if (!authorization_.per_minute()) co_return;
    if (authorization_.server_clock()) {
      checkup_.clock = clock_of(*authorization_.server_clock(), clock_);
    } else {
      checkup_.clock.emplace().failure = failure;
    }
  }

  Async<void> look_at_models() {
    const auto offered = co_await fetch_offer(options_, client_);
    if (offered) {
      checkup_.models = models_of(*offered, clock_.wall());
    } else {
      checkup_.models.emplace().failure = offered.error().error.detail();
    }
  }

  Async<void> look_at_accounts() {
    for (const auto& account : accounts_of(options_)) {
      const auto session = sessions_.find(account.id);
      auto look = co_await look_at(*session);
      // Only the pause between two sign-ins: the next look is the one that counts.
      if (look.finding.state == AccountState::busy && look.finding.rest) {
        co_await wait(*look.finding.rest);
        look = co_await look_at(*session);
      }
      checkup_.accounts.push_back({.label = account.label,
                                   .email = session->email(),
                                   .finding = std::move(look.finding),
                                   .quota = look.quota});
    }
  }

  Async<AccountLook> look_at(Session& session) {
    return look_at_account(options_, client_, clock_, authorization_, session);
  }

  Async<void> wait(std::chrono::seconds time) {
    Event::Timer timer(co_await asio::this_coro::executor);
    timer.expires_after(time);
    co_await timer.async_wait(use_awaitable);
  }

  // As nobody: the token is looked at first. Without a clock there is none to ask about.
  Async<void> look_at_token() {
    auto& token = checkup_.token.emplace();
    if (checkup_.clock && !checkup_.clock->failure.empty()) {
      token.detail = "without the server's clock there is none";
      co_return;
    }
    auto request = request_to(options_, "/api/user/quota");
    request.max_answer_bytes = 256u << 10;
    if (!header_.empty()) request.headers.emplace_back("Authorization", header_);
    const auto reply = co_await client_.perform(std::move(request));
    if (!reply) {
      token.detail = judge_free_fault("GET /api/user/quota", reply.error()).error.detail();
      co_return;
    }
    auto answer = read_quota(*reply);
    token.verdict = answer.token;
    token.detail = answer.token == TokenVerdict::refused ? std::string(authorization_.hint())
                                                         : std::move(answer.detail);
  }

  const Options& options_;
  WatchedClient client_;
  const Clock& clock_;
  Authorization authorization_;
  Sessions sessions_;
  std::string header_;  // as Authorization
  Checkup checkup_;
};

}  // namespace

Async<Checkup> check_up(const Options& options, HttpClient& client, const Clock& clock,
                        std::chrono::milliseconds patience) {
  Examination examination(options, client, clock, patience);
  co_return co_await examination.run();
}

}  // namespace gw::dreamifly
