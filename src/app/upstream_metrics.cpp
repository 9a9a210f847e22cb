#include "app/upstream_metrics.hpp"

#include "core/ports/clearance_door.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gw::app {
namespace {

struct Upstream {
  std::string_view name;
  HostView host;
  ProviderTally tally;
  std::optional<ClearanceView> clearance;
  EdgeTally edge;
};
using Upstreams = std::vector<Upstream>;

double seconds(WallTime::duration time) {
  return std::chrono::duration<double>(time).count();
}

Upstream look_at(Provider& provider, const HostBook& hosts) {
  Upstream upstream{.name = provider.name(),
                    .host = hosts.host(provider.host()).value_or(HostView()),
                    .tally = provider.tally(),
                    .clearance = {},
                    .edge = {}};
  if (auto* door = provider.clearance_door()) {
    upstream.clearance = door->clearance();
    upstream.edge = door->tally();
  }
  return upstream;
}

// One sample for each upstream that there is something to say of.
template <class Value>
void each(MetricsText& text, const Upstreams& upstreams, Value value) {
  for (const auto& upstream : upstreams) {
    const std::optional<double> told = value(upstream);
    if (told) text.sample({{"provider", upstream.name}}, *told);
  }
}

std::optional<double> number(auto value) {
  return static_cast<double>(value);
}

void write_slots(MetricsText& text, const Upstreams& all) {
  text.gauge("gw_slots", "How many tasks the upstream host takes at a time.");
  each(text, all, [](const auto& one) { return number(one.host.limit); });
  text.gauge("gw_slots_held", "Slots that are out, whatever for.");
  each(text, all, [](const auto& one) { return number(one.host.held); });
  text.gauge("gw_slots_unsure", "Slots of which nobody knows whether the upstream still draws.");
  each(text, all, [](const auto& one) { return number(one.host.unsure); });
  text.gauge("gw_tasks_ready", "Tasks in line there, neither parked nor told to wait.");
  each(text, all, [](const auto& one) { return number(one.host.ready); });
}

void write_door(MetricsText& text, const Upstreams& all, WallTime now) {
  text.gauge(
      "gw_host_door_state",
      "1 for the state of the host's door (open, shut, ajar: one may try), 0 for the others.");
  for (const auto& one : all) {
    for (const auto state : {DoorState::open, DoorState::shut, DoorState::ajar})
      text.sample({{"provider", one.name}, {"state", to_string(state)}},
                  one.host.door == state ? 1 : 0);
  }
  text.gauge("gw_host_shut_seconds", "How long it stays shut; not there when that is open.");
  each(text, all, [now](const auto& one) -> std::optional<double> {
    if (one.host.door != DoorState::shut || !one.host.until) return std::nullopt;
    return seconds(*one.host.until - now);
  });
  text.counter("gw_requests_turned_away_total", "Requests refused because the host was shut.");
  each(text, all, [](const auto& one) { return number(one.host.turned_away); });
  text.gauge("gw_breaker_open", "1 from the breaker's opening until a try has gone well, else 0.");
  each(text, all, [](const auto& one) { return number(one.host.trips > 0 ? 1 : 0); });
  text.counter("gw_breaker_opened_total", "Times the breaker has shut the host.");
  each(text, all, [](const auto& one) { return number(one.host.opened); });
}

void write_tokens(MetricsText& text, const Upstreams& all) {
  text.counter("gw_token_refreshes_total", "Readings of the clock that tokens are made by.");
  for (const auto& one : all) {
    if (!one.tally.tokens) continue;
    const auto& tokens = *one.tally.tokens;
    text.sample({{"provider", one.name}, {"outcome", "refreshed"}},
                static_cast<double>(tokens.refreshed));
    text.sample({{"provider", one.name}, {"outcome", "failed"}},
                static_cast<double>(tokens.failed));
  }
  text.gauge("gw_upstream_clock_offset_seconds", "The upstream's clock minus ours, as last read.");
  each(text, all, [](const auto& one) {
    return one.tally.tokens.and_then([](const auto& tokens) {
      return tokens.clock_offset.transform(
          [](auto offset) { return std::chrono::duration<double>(offset).count(); });
    });
  });
  text.counter("gw_sign_ins_total", "Times an account was signed in, or was to be.");
  for (const auto& one : all) {
    for (const auto& [outcome, count] : one.tally.sign_ins)
      text.sample({{"provider", one.name}, {"outcome", to_string(outcome)}},
                  static_cast<double>(count));
  }
}

void write_edge(MetricsText& text, const Upstreams& all) {
  text.counter("gw_upstream_edge_events_total",
               "Answers of an edge in the upstream's place, by class and number (0: none).");
  for (const auto& one : all) {
    for (const auto& event : one.edge.events) {
      const auto code = std::to_string(event.code);
      text.sample({{"provider", one.name}, {"class", event.kind}, {"code", code}},
                  static_cast<double>(event.count));
    }
  }
  text.counter("gw_clearance_transitions_total", "Changes of the clearance's state.");
  for (const auto& one : all) {
    for (const auto& [from, to, reason, count] : one.edge.transitions)
      text.sample({{"provider", one.name},
                   {"from", to_string(from)},
                   {"to", to_string(to)},
                   {"reason", reason}},
                  static_cast<double>(count));
  }
}

// Held, with nothing but the operator's clearance to wait for.
std::optional<double> waiting_for_clearance(const Upstream& one) {
  if (!one.clearance) return std::nullopt;
  return number(one.clearance->state == ZoneState::needed ? one.host.ready : 0);
}

void write_clearance(MetricsText& text, const Upstreams& all, WallTime now) {
  text.gauge("gw_clearance_state",
             "1 for the state of the way past the upstream's edge, 0 for the others.");
  constexpr auto kLast = static_cast<std::uint8_t>(ZoneState::blocked);
  for (const auto& one : all) {
    if (!one.clearance) continue;
    for (std::uint8_t i = 0; i <= kLast; ++i) {
      const auto state = static_cast<ZoneState>(i);
      text.sample({{"provider", one.name}, {"state", to_string(state)}},
                  one.clearance->state == state ? 1 : 0);
    }
  }
  text.gauge("gw_clearance_age_seconds", "Since the clearance in use was given.");
  each(text, all, [now](const auto& one) -> std::optional<double> {
    if (!one.clearance || !one.clearance->obtained) return std::nullopt;
    return seconds(now - *one.clearance->obtained);
  });
  text.gauge("gw_clearance_expires_in_seconds",
             "Until it ends at the latest, where that is known.");
  each(text, all, [now](const auto& one) -> std::optional<double> {
    if (!one.clearance || !one.clearance->expires) return std::nullopt;
    return seconds(*one.clearance->expires - now);
  });
  text.gauge("gw_requests_waiting_for_clearance", "Tasks that are held until it is renewed.");
  each(text, all, waiting_for_clearance);
}

}  // namespace

void publish_upstreams(MetricsRegistry& metrics, std::vector<Provider*> providers,
                       const HostBook& hosts, const Clock& clock) {
  metrics.collect([providers = std::move(providers), &hosts, &clock](MetricsText& text) {
    Upstreams all;
    for (auto* provider : providers) all.push_back(look_at(*provider, hosts));
    const auto now = clock.wall();
    write_slots(text, all);
    write_door(text, all, now);
    write_tokens(text, all);
    write_edge(text, all);
    write_clearance(text, all, now);
  });
}

}  // namespace gw::app
