#include "app/doctor_upstream.hpp"

#include "app/value_parsers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <vector>

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using dreamifly::Checkup;
using dreamifly::ReachCheckup;
using dreamifly::TokenVerdict;

constexpr auto kLargeSkew = 60s;

Finding ok(std::string topic, std::string seen) {
  return {Grade::ok, std::move(topic), std::move(seen), {}};
}

std::string way(const dreamifly::Options& options) {
  return options.proxy.empty() ? "" : fmt::format(" through {}", show_proxy(options.proxy));
}

std::string span(std::chrono::milliseconds time) {
  const auto seconds = static_cast<double>(time.count()) / 1000;
  if (time < 120s) return fmt::format("{:.1f} s", seconds);
  if (time < 120min) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string today(const dreamifly::Quota& quota) {
  if (!quota.limit) return fmt::format("{} requests today, no limit", quota.drawn);
  return fmt::format("{} of {} requests today", quota.drawn,
                     std::max<std::int64_t>(*quota.limit - 1, 0));
}

Finding judge_anonymous(const dreamifly::Options& options) {
  if (options.site_key.empty()) return ok("account", "none; the static scheme knows no accounts");
  return ok("account", "none: the server draws after a wait and with its mark on the picture");
}

// Its label where there are several.
std::string topic_of(const dreamifly::AccountCheckup& account, const dreamifly::Options& options) {
  if (options.accounts.empty()) return "account";
  return fmt::format("account {}",
                     account.label.contains('@') ? masked_email(account.label) : account.label);
}

Finding judge_unusable(const dreamifly::AccountCheckup& account, std::string topic) {
  const auto finding = [&](Grade grade, std::string next) {
    return Finding{grade, std::move(topic), account.finding.reason, std::move(next)};
  };
  switch (account.finding.state) {
    case AccountState::banned:
      return finding(Grade::problem,
                     "talk to the server's operator, or take the account out of the settings");
    case AccountState::needs_sign_in:
      return finding(Grade::problem,
                     "nothing is drawn until then: a login that was asked for is "
                     "never replaced by drawing as a stranger");
    case AccountState::cooling:
      if (!account.finding.own_trouble) break;
      [[fallthrough]];
    case AccountState::busy:
      return finding(Grade::note, "the gateway tries again by itself; look again in a minute");
    case AccountState::ready:
    case AccountState::resting:
    case AccountState::needs_clearance:
    case AccountState::off:
      break;
  }
  return finding(Grade::problem, "the account cannot be looked at; nothing is drawn with it");
}

std::string figures_of(const dreamifly::AccountCheckup& account) {
  std::string text;
  if (account.quota) text += ", " + today(*account.quota);
  if (const auto& known = account.finding.allowance; known && known->points)
    text += fmt::format(", {} points", *known->points);
  return text;
}

bool goes_by(const ModelInfo& model, std::string_view name) {
  return model.id == name || "dreamifly/" + model.id == name ||
         std::ranges::find(model.aliases, name) != model.aliases.end();
}

bool is_offered(const dreamifly::ModelsCheckup& models, std::string_view name) {
  return std::ranges::any_of(models.offered,
                             [name](const ModelInfo& model) { return goes_by(model, name); });
}

// Names of the operator's own that lead to nothing on this server.
std::vector<std::string> names_without_model(const dreamifly::ModelsCheckup& models,
                                             const Config& config) {
  std::vector<std::string> names;
  for (const auto& [name, model] : config.model_mapping) {
    if (!is_offered(models, model)) names.push_back(name);
  }
  const auto& wanted = config.default_model;
  const bool own_name = config.model_mapping.contains(wanted);
  if (!wanted.empty() && !own_name && !is_offered(models, wanted)) names.push_back(wanted);
  return names;
}

std::string offered_text(const dreamifly::ModelsCheckup& models) {
  std::vector<std::string_view> ids;
  std::size_t for_accounts = 0;
  for (const auto& model : models.offered) {
    ids.push_back(model.id);
    if (model.login_required) ++for_accounts;
  }
  auto text = fmt::format("{} offered: {}", ids.size(), fmt::join(ids, ", "));
  if (!models.missing.empty())
    text += fmt::format("; not on this server: {}", fmt::join(models.missing, ", "));
  if (for_accounts > 0) text += fmt::format("; {} for accounts only", for_accounts);
  return text;
}

// Why the number is what it is, and the number that the scheme's servers start with.
struct Limit {
  std::string reason;
  std::size_t usual = 2;
};

Limit limit_of(const dreamifly::Options& options, const LoadedConfig& loaded) {
  Limit limit;
  const bool anonymous = !options.site_key.empty() && !options.has_login();
  if (anonymous) limit.usual = 1;
  const auto* given = loaded.find("UPSTREAM_CONCURRENCY_LIMIT");
  if (given && given->origin != "default") {
    limit.reason = fmt::format("UPSTREAM_CONCURRENCY_LIMIT ({})", given->origin);
  } else {
    limit.reason = anonymous ? "the default without an account" : "the default";
  }
  return limit;
}

std::string bounds(const Config& config) {
  return fmt::format("{} may wait, {} for a request", config.engine.max_queued,
                     show_duration(config.engine.request_time));
}

}  // namespace

std::string masked_email(std::string_view email) {
  const auto at = std::min(email.find('@'), email.size());
  // The first character, whole: what follows a leading byte of UTF-8 begins with bits 10.
  std::size_t first = std::min<std::size_t>(1, at);
  while (first < at && (static_cast<unsigned char>(email[first]) & 0xC0u) == 0x80u) ++first;
  return fmt::format("{}…{}", email.substr(0, first), email.substr(at));
}

std::string zone_text(std::chrono::minutes zone) {
  const auto size = std::chrono::abs(zone);
  return fmt::format("{}{:02}:{:02}", zone < 0min ? '-' : '+', size / 1h, (size % 1h).count());
}

Finding judge_reach(const Checkup& checkup, const dreamifly::Options& options) {
  const auto& reach = checkup.reach;
  if (reach.state == ReachCheckup::State::nothing) {
    return {Grade::problem, "server",
            fmt::format("{} cannot be reached{}: {}", options.base_url, way(options), reach.fault),
            "check DREAMIFLY_BASE_URL, and from this machine the way there: name service, "
            "certificates, firewall, UPSTREAM_PROXY"};
  }
  if (reach.state == ReachCheckup::State::other) {
    const auto& said = checkup.clock ? checkup.clock->failure : std::string();
    const auto& listed = checkup.models ? checkup.models->failure : std::string();
    return {
        Grade::problem, "server",
        fmt::format("{} answers{}, but not as a Dreamifly server: {}", options.base_url,
                    way(options), said.empty() ? listed : said),
        "check DREAMIFLY_BASE_URL (without /api or a language), and what stands in front of the "
        "server"};
  }
  return ok("server", fmt::format("{} answers{} in {} ms", options.base_url, way(options),
                                  reach.first_byte.count()));
}

Finding judge_clock(const dreamifly::ClockCheckup& clock) {
  if (!clock.failure.empty()) {
    return {Grade::problem, "clock", clock.failure,
            "without the server's clock no request can be signed"};
  }
  const auto seen =
      fmt::format("the server's is {} {} ours, in zone {}", span(std::chrono::abs(clock.ahead)),
                  clock.ahead < 0ms ? "behind" : "ahead of", zone_text(clock.zone));
  if (std::chrono::abs(clock.ahead) < kLargeSkew) return ok("clock", seen);
  return {Grade::note, "clock", seen,
          "drawing follows the server's clock; links and logs follow this machine's: set it if it "
          "is the wrong one"};
}

Finding judge_token(const dreamifly::TokenCheckup& token, const dreamifly::Options& options) {
  const std::string_view scheme = !options.site_key.empty()       ? "per-minute scheme"
                                  : !options.static_token.empty() ? "static scheme"
                                                                  : "none is sent";
  switch (token.verdict) {
    case TokenVerdict::accepted:
      return ok("token", fmt::format("accepted ({}; asked with a free call)", scheme));
    case TokenVerdict::refused:
      return {Grade::problem, "token", fmt::format("refused ({})", scheme), token.detail};
    case TokenVerdict::missing:
      return {Grade::problem, "token", "the server wants one, and none is configured",
              "set DREAMIFLY_SITE_KEY to the instance's own NEXT_PUBLIC_API_KEY"};
    case TokenVerdict::unknown:
      break;
  }
  return {Grade::note, "token", fmt::format("not looked at ({}): {}", scheme, token.detail),
          "the first picture will tell"};
}

Finding judge_account(const dreamifly::AccountCheckup& account, const dreamifly::Options& options) {
  const auto state = account.finding.state;
  auto topic = topic_of(account, options);
  if (state != AccountState::ready && state != AccountState::resting)
    return judge_unusable(account, std::move(topic));
  const auto& email = account.email.empty() ? options.email : account.email;
  auto seen = email.empty() ? std::string("signed in") : "signed in as " + masked_email(email);
  seen += figures_of(account);
  if (!account.quota || !account.quota->used_up()) return ok(std::move(topic), std::move(seen));
  return {Grade::note, std::move(topic), std::move(seen),
          "today's allowance is used up: until 16:00 UTC only models with a price are drawn, for "
          "points"};
}

Findings judge_accounts(const Checkup& checkup, const dreamifly::Options& options) {
  if (checkup.accounts.empty()) return {judge_anonymous(options)};
  Findings all;
  for (const auto& account : checkup.accounts) all.push_back(judge_account(account, options));
  return all;
}

Finding judge_models(const dreamifly::ModelsCheckup& models, const LoadedConfig& loaded) {
  if (!models.failure.empty()) {
    return {Grade::note, "models", models.failure,
            "what is offered is not known, so every known model is"};
  }
  const auto lost = names_without_model(models, loaded.config);
  if (lost.empty()) return ok("models", offered_text(models));
  return {Grade::note, "models", offered_text(models),
          fmt::format("these names lead to no model of this server and are answered 404: {}",
                      fmt::join(lost, ", "))};
}

Finding judge_limits(const dreamifly::Options& options, const LoadedConfig& loaded) {
  const auto limit = limit_of(options, loaded);
  auto seen =
      fmt::format("{} at a time: {}; {}", options.concurrency, limit.reason, bounds(loaded.config));
  if (options.concurrency <= limit.usual) return ok("limits", std::move(seen));
  return {Grade::note, "limits", std::move(seen),
          fmt::format("servers refuse more than {} at a time {} unless their operator has changed "
                      "that; a refused picture waits and is tried again",
                      limit.usual, limit.usual == 1 ? "without an account" : "from one address")};
}

Findings judge_upstream(const UpstreamFacts& upstream, const LoadedConfig& loaded) {
  const auto& [options, checkup] = upstream;
  Findings all{judge_reach(checkup, options)};
  if (checkup.reach.state == ReachCheckup::State::server) {
    if (checkup.clock) all.push_back(judge_clock(*checkup.clock));
    if (checkup.token) all.push_back(judge_token(*checkup.token, options));
    std::ranges::move(judge_accounts(checkup, options), std::back_inserter(all));
    if (checkup.models) all.push_back(judge_models(*checkup.models, loaded));
  }
  all.push_back(judge_limits(options, loaded));
  return all;
}

Findings judge_demo(const LoadedConfig& loaded) {
  const auto& config = loaded.config;
  return {{Grade::note, "demo", "nothing is configured, so the built-in demo draws; no network",
           "for real pictures set DREAMIFLY_BASE_URL and DREAMIFLY_SITE_KEY (README.md)"},
          ok("limits", fmt::format("{} at a time; {}", config.demo.parallel, bounds(config)))};
}

}  // namespace gw::app
