#include "app/config_load.hpp"

#include "app/account_settings.hpp"
#include "app/config_models.hpp"
#include "app/former_settings.hpp"
#include "providers/dreamifly/login.hpp"
#include "providers/openai/keys.hpp"
#include "transport/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace gw::app {
namespace {

constexpr std::string_view kBaseUrlMissing =
    "needs DREAMIFLY_BASE_URL, the server it belongs to: your own instance, or the public site if "
    "its operator has agreed to automated use (README.md#terms)";

// What belongs to a server: without one each of them is a mistake, even if it is none otherwise.
constexpr std::string_view kNeedServer[] = {"DREAMIFLY_SITE_KEY",     "DREAMIFLY_AUTH_TOKEN",
                                            "DREAMIFLY_EMAIL",        "DREAMIFLY_SESSION_COOKIE",
                                            "DREAMIFLY_ACCOUNTS",     "DREAMIFLY_ON_EXHAUSTED",
                                            "DREAMIFLY_EXTRA_HEADERS"};

constexpr std::string_view kOpenAiNames[] = {
    "OPENAI_UPSTREAM_API_KEY",  "OPENAI_UPSTREAM_ACCOUNTS",   "OPENAI_UPSTREAM_ON_EXHAUSTED",
    "OPENAI_UPSTREAM_MODELS",   "OPENAI_UPSTREAM_EXTENSIONS", "OPENAI_UPSTREAM_CONCURRENCY_LIMIT",
    "OPENAI_UPSTREAM_PREVIEWS", "OPENAI_UPSTREAM_PROXY",      "OPENAI_UPSTREAM_EXTRA_HEADERS"};

class Judge final {
 public:
  Judge(const GivenSettings& given, std::vector<Problem>& problems, std::vector<Problem>& warnings)
      : given_(given), problems_(problems), warnings_(warnings) {}

  void credentials_of(const dreamifly::Options& upstream) {
    login_of(upstream);
    if (upstream.base_url.empty()) {
      if (given_.has("DREAMIFLY_BASE_URL")) return;  // and has its own problem already
      for (const auto name : kNeedServer) {
        if (given_.has(name)) refuse(name, kBaseUrlMissing);
      }
      return;
    }
    if (!upstream.site_key.empty() && !upstream.static_token.empty()) {
      refuse("DREAMIFLY_AUTH_TOKEN",
             "cannot stand beside DREAMIFLY_SITE_KEY; an old server takes the token, one since "
             "November 2025 the site key");
    }
    if (!given_.has("DREAMIFLY_SITE_KEY") && !given_.has("DREAMIFLY_AUTH_TOKEN")) {
      warn("DREAMIFLY_BASE_URL",
           "has neither DREAMIFLY_SITE_KEY nor DREAMIFLY_AUTH_TOKEN; only servers older than "
           "October 2025 draw without one");
    }
  }

  void openai_of(const Config& config) {
    if (!config.openai) {
      if (given_.has("OPENAI_UPSTREAM_BASE_URL")) return;  // and has its own problem already
      for (const auto name : kOpenAiNames) {
        if (given_.has(name))
          refuse(name, "needs OPENAI_UPSTREAM_BASE_URL, the server it belongs to");
      }
      return;
    }
    if (config.dreamifly && host_of(config.dreamifly->base_url) == host_of(config.openai->base_url))
      refuse("OPENAI_UPSTREAM_BASE_URL",
             "must name another host than DREAMIFLY_BASE_URL: places are counted by host");
  }

  void accounts_of(const Config& config) {
    if (config.dreamifly)
      differ("DREAMIFLY_ACCOUNTS", config.dreamifly->accounts,
             dreamifly::accounts_of(*config.dreamifly));
    if (config.openai)
      differ("OPENAI_UPSTREAM_ACCOUNTS", config.openai->accounts,
             openai::accounts_of(*config.openai));
  }

  void keys_of(const Config& config) {
    differ("ADMIN_KEY", config.admin_key, "API_MASTER_KEY", config.api_master_key);
    differ("METRICS_KEY", config.metrics_key, "API_MASTER_KEY", config.api_master_key);
    for (const auto& [name, key] : {std::pair("API_MASTER_KEY", &config.api_master_key),
                                    std::pair("ADMIN_KEY", &config.admin_key),
                                    std::pair("METRICS_KEY", &config.metrics_key)}) {
      if (!key->empty() && key->reveal().size() < 16) {
        warn(name, "is shorter than 16 characters and can be guessed");
      }
    }
  }

  // Found out at the start: later it would look like an upstream that cannot be reached.
  void trust_of(const Config& config) {
    if (config.upstream_ca_file.empty()) return;
    std::ifstream file(config.upstream_ca_file);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    if (!text.contains("-----BEGIN CERTIFICATE-----"))
      refuse("UPSTREAM_CA_FILE", "must be a readable file of certificates (PEM)");
  }

  void without_effect(const Config& config) {
    constexpr std::string_view kDemoNames[] = {"DEMO_DELAY_MS", "DEMO_FAILURE_RATE"};
    if (config.demo_mode()) {
      if (std::ranges::any_of(kNeedServer, [this](auto name) { return given_.has(name); })) return;
      for (const auto name : {"UPSTREAM_PROXY", "UPSTREAM_CA_FILE"})
        warn_if_given(name, "has no effect: the demo provider needs no network");
      return;
    }
    const auto upstream = config.dreamifly ? "DREAMIFLY_BASE_URL" : "OPENAI_UPSTREAM_BASE_URL";
    for (const auto name : kDemoNames) {
      warn_if_given(name, fmt::format("has no effect: {} is set, so the demo is off", upstream));
    }
    if (config.dreamifly) return;
    for (const auto name : {"UPSTREAM_PROXY", "UPSTREAM_CONCURRENCY_LIMIT"}) {
      warn_if_given(name, fmt::format("has no effect: it belongs to DREAMIFLY_BASE_URL; see "
                                      "OPENAI_{}",
                                      name));
    }
  }

 private:
  static std::string host_of(const std::string& url) {
    const auto address = address_of(url);
    return address ? address->host : std::string();
  }
  // Judged by what was given: a value that was refused has its own problem already.
  void login_of(const dreamifly::Options& upstream) {
    if (given_.has("DREAMIFLY_EMAIL") && !given_.has("DREAMIFLY_PASSWORD"))
      refuse("DREAMIFLY_EMAIL", "needs DREAMIFLY_PASSWORD beside it");
    if (given_.has("DREAMIFLY_PASSWORD") && !given_.has("DREAMIFLY_EMAIL"))
      refuse("DREAMIFLY_PASSWORD", "needs DREAMIFLY_EMAIL beside it");
    if (!upstream.session_cookie.empty() && !upstream.password.empty()) {
      refuse("DREAMIFLY_SESSION_COOKIE",
             "cannot stand beside DREAMIFLY_PASSWORD: one account, one way to it");
    }
  }
  void refuse(std::string_view name, std::string_view message) {
    problems_.push_back({given_.where(name), std::string(message)});
  }
  void warn(std::string_view name, std::string_view message) {
    warnings_.push_back({given_.where(name), std::string(message)});
  }
  void warn_if_given(std::string_view name, std::string_view message) {
    if (given_.has(name)) warn(name, message);
  }
  void differ(std::string_view name, const Secret& key, std::string_view other_name,
              const Secret& other) {
    if (key.empty() || key.reveal() != other.reveal()) return;
    refuse(name, fmt::format("must differ from {}, which opens /v1 and nothing else", other_name));
  }

  // `all` begins with the single one, if there is one. One account twice would have two shares.
  void differ(std::string_view name, const Accounts& listed, const Accounts& all) {
    for (const auto place : repeated(all))
      refuse(name, fmt::format("names the same account twice: [{}]",
                               place - (all.size() - listed.size())));
  }

  const GivenSettings& given_;
  std::vector<Problem>& problems_;
  std::vector<Problem>& warnings_;
};

// Anonymous callers of the per-minute scheme get one place at a time (their server counts by
// address), signed-in ones two.
constexpr std::size_t kSignedIn = 2;

std::size_t default_concurrency(const dreamifly::Options& upstream) {
  return upstream.site_key.empty() || upstream.has_login() ? kSignedIn : 1;
}

std::vector<EffectiveSetting> effective_settings(const Draft& draft, const GivenSettings& given) {
  std::vector<EffectiveSetting> effective;
  for (const auto& setting : settings()) {
    if (setting.standing != Standing::known) continue;
    const auto* value = given.find(setting.name);
    const bool is_default = !value || value->text.empty();
    effective.push_back({&setting, setting.show(draft), is_default ? "default" : value->origin});
  }
  return effective;
}

}  // namespace

UnderstoodSettings understand(const GivenSettings& given) {
  UnderstoodSettings out;
  for (const auto& setting : settings()) {
    const auto* value = given.find(setting.name);
    if (!value) continue;
    if (value->text.empty() && setting.empty == Setting::Empty::means_default) continue;
    auto taken = setting.take(out.draft, value->text);
    if (!taken) out.problems.push_back({value->where, std::move(taken).error()});
  }
  return out;
}

Config judge(Draft draft, const GivenSettings& given, std::vector<Problem>& problems,
             std::vector<Problem>& warnings) {
  if (draft.concurrency) draft.config.demo.parallel = *draft.concurrency;
  if (!draft.dreamifly.base_url.empty()) {
    draft.dreamifly.concurrency = draft.concurrency.value_or(default_concurrency(draft.dreamifly));
    draft.dreamifly.signed_in_concurrency = draft.concurrency.value_or(kSignedIn);
    draft.config.dreamifly = draft.dreamifly;
  }
  if (!draft.openai.base_url.empty()) draft.config.openai = draft.openai;
  Judge judge(given, problems, warnings);
  judge.credentials_of(draft.dreamifly);
  judge.openai_of(draft.config);
  judge.accounts_of(draft.config);
  judge.keys_of(draft.config);
  judge.trust_of(draft.config);
  judge.without_effect(draft.config);
  check_model_names(draft.config, given, problems);
  tell_shared_names(draft.config, given, warnings);
  return std::move(draft.config);
}

ConfigResult load_config(const ConfigInputs& inputs) {
  auto given = gather_settings(inputs);
  auto understood = understand(given);
  auto problems = std::move(given.problems);
  std::ranges::move(understood.problems, std::back_inserter(problems));
  LoadedConfig loaded;
  loaded.warnings = std::move(given.warnings);
  loaded.config = judge(understood.draft, given, problems, loaded.warnings);
  std::ranges::move(notes_for_python_version(given), std::back_inserter(loaded.warnings));
  loaded.sources = std::move(given.sources);
  if (!problems.empty()) {
    return std::unexpected(
        ConfigRefusal{std::move(problems), std::move(loaded.warnings), std::move(loaded.sources)});
  }
  understood.draft.concurrency =
      loaded.config.dreamifly ? loaded.config.dreamifly->concurrency : loaded.config.demo.parallel;
  loaded.effective = effective_settings(understood.draft, given);
  return loaded;
}

const EffectiveSetting* LoadedConfig::find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      effective, [name](const EffectiveSetting& entry) { return entry.setting->name == name; });
  return found == effective.end() ? nullptr : &*found;
}

std::string render_problems(const std::vector<Problem>& problems) {
  std::string out;
  for (const auto& problem : problems) out += fmt::format("  {}\n", to_string(problem));
  return out;
}

}  // namespace gw::app
