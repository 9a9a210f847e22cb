#include "app/account_metrics.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace gw::app {
namespace {

using Views = std::vector<std::pair<std::string_view, std::vector<AccountView>>>;

constexpr auto kLastState = static_cast<std::uint8_t>(AccountState::off);

template <class Number>
std::optional<double> real(std::optional<Number> number) {
  return number.transform([](Number value) { return static_cast<double>(value); });
}

// One sample for each account that there is something to say of.
template <class Value>
void each(MetricsText& text, const Views& views, Value value) {
  for (const auto& [provider, accounts] : views) {
    for (const auto& account : accounts) {
      const std::optional<double> told = value(account);
      if (told) text.sample({{"provider", provider}, {"account", account.id.value}}, *told);
    }
  }
}

void write_states(MetricsText& text, const Views& views) {
  text.gauge("gw_account_state", "1 for the state that the account is in, 0 for the others.");
  for (const auto& [provider, accounts] : views) {
    for (const auto& account : accounts) {
      for (std::uint8_t i = 0; i <= kLastState; ++i) {
        const auto state = static_cast<AccountState>(i);
        text.sample(
            {{"provider", provider}, {"account", account.id.value}, {"state", to_string(state)}},
            account.state == state ? 1 : 0);
      }
    }
  }
}

void write_numbers_of_accounts(MetricsText& text, const Views& views) {
  text.gauge("gw_accounts", "Accounts, by state.");
  for (const auto& [provider, accounts] : views) {
    for (std::uint8_t i = 0; i <= kLastState; ++i) {
      const auto state = static_cast<AccountState>(i);
      text.sample({{"provider", provider}, {"state", to_string(state)}},
                  static_cast<double>(std::ranges::count(accounts, state, &AccountView::state)));
    }
  }
}

std::optional<double> allowance_left(const AccountView& account) {
  const auto& told = account.allowance;
  if (!told || !told->daily_limit || !told->drawn_today) return std::nullopt;
  return static_cast<double>(std::max<std::int64_t>(*told->daily_limit - *told->drawn_today, 0));
}

void write_work(MetricsText& text, const Views& views) {
  text.gauge("gw_account_leases", "Pictures that are being drawn with it.");
  each(text, views, [](const auto& one) { return real(std::optional(one.leases)); });
  text.counter("gw_account_leases_total", "Tries that it was leased for.");
  each(text, views, [](const auto& one) { return real(std::optional(one.counts.leases)); });
  text.counter("gw_account_drawn_total", "Pictures that were drawn with it.");
  each(text, views, [](const auto& one) { return real(std::optional(one.counts.drawn)); });
  text.counter("gw_account_coolings_total", "Times it was set aside for trouble that passes.");
  each(text, views, [](const auto& one) { return real(std::optional(one.counts.coolings)); });
}

void write_allowances(MetricsText& text, const Views& views) {
  text.gauge("gw_account_points", "Points left, as last read and counted on from there.");
  each(text, views,
       [](const auto& one) { return one.allowance ? real(one.allowance->points) : std::nullopt; });
  text.gauge("gw_account_allowance_left", "Pictures that it may draw for nothing until its reset.");
  each(text, views, allowance_left);
  text.gauge("gw_account_allowance_limit", "Of so many a day.");
  each(text, views, [](const auto& one) {
    return one.allowance ? real(one.allowance->daily_limit) : std::nullopt;
  });
}

void write_waits(MetricsText& text, const Views& views, WallTime now) {
  text.gauge("gw_account_set_aside_seconds",
             "How long it is left alone from now on; not there when that is open or not so.");
  each(text, views, [now](const auto& one) {
    return one.until.transform([now](WallTime until) {
      return std::max(std::chrono::duration<double>(until - now).count(), 0.0);
    });
  });
}

}  // namespace

void publish_accounts(MetricsRegistry& metrics, std::vector<const Provider*> providers,
                      const AccountBook& accounts, const Clock& clock) {
  metrics.collect([providers = std::move(providers), &accounts, &clock](MetricsText& text) {
    Views views;
    for (const auto* provider : providers)
      views.emplace_back(provider->name(), accounts.views(provider->host()));
    write_numbers_of_accounts(text, views);
    write_states(text, views);
    write_work(text, views);
    write_allowances(text, views);
    write_waits(text, views, clock.wall());
  });
}

}  // namespace gw::app
