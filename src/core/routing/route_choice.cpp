#include "core/routing/route_choice.hpp"

#include "core/model_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <tuple>

namespace gw {
namespace {

using std::chrono::milliseconds;

RejectedRoute rejected(const Candidate& candidate, std::string reason) {
  if (const auto& route = candidate.route)
    return {std::string(route->provider->name()), route->model->upstream_id, std::move(reason)};
  const auto slash = candidate.name.find('/');
  if (slash == std::string::npos) return {{}, candidate.name, std::move(reason)};
  return {candidate.name.substr(0, slash), candidate.name.substr(slash + 1), std::move(reason)};
}

// In few words what the error says at length.
std::string in_short(const Error& error, const GenerationRequest& request, const ModelInfo& model) {
  const std::string_view param = error.param();
  if (param == "model") return request.references.empty() ? "only edits" : "takes no pictures";
  if (param == "image") return fmt::format("takes at most {} pictures", model.max_references);
  if (param == "mask") return "no mask";
  if (param == "background") return "no transparent pictures";
  if (param == "size" && request.size) return "size " + to_string(*request.size);
  if (param == "steps" && request.steps) return fmt::format("steps {}", *request.steps);
  return std::string(param);
}

// --- who could do it

struct Fitting {
  RouteOption option;
  std::size_t place = 0;  // among the written ones
  std::uint64_t lot = 0;  // weighted: the order that was drawn
};

struct Sorted {
  std::vector<Fitting> fitting;
  std::vector<RejectedRoute> unfit;
  std::optional<Error> first;  // of those that are offered
};

Sorted sort_out(const GenerationRequest& request, std::vector<RouteOption> options) {
  Sorted sorted;
  for (auto& option : options) {
    const auto& route = option.candidate.route;
    if (!route) {
      sorted.unfit.push_back(rejected(option.candidate, "not offered"));
      continue;
    }
    auto fits = check_model(request, *route->model);
    if (fits) {
      sorted.fitting.push_back({std::move(option), sorted.fitting.size()});
      continue;
    }
    auto reason = in_short(fits.error(), request, *route->model);
    sorted.unfit.push_back(rejected(option.candidate, std::move(reason)));
    if (!sorted.first) sorted.first = std::move(fits).error();
  }
  return sorted;
}

std::string listed(const std::vector<RejectedRoute>& routes) {
  std::string text;
  for (const auto& [provider, model, reason] : routes)
    text += fmt::format("{}{}/{}: {}", text.empty() ? "" : "; ", provider, model, reason);
  return text;
}

Error nobody_fits(const std::string& name, const Sorted& sorted) {
  if (!sorted.first) return not_offered(name);
  auto error = Error::invalid_request(
      sorted.first->param(),
      fmt::format("none of the routes of '{}' can do this ({})", name, listed(sorted.unfit)));
  return sorted.first->code().empty() ? error : std::move(error).with_code(sorted.first->code());
}

// --- who goes first

// What a picture would take from now: its turn comes after those in line.
milliseconds expected(const Fitting& fitting) {
  const auto& facts = fitting.option.facts;
  const auto typical = fitting.option.candidate.route->model->typical_duration;
  const auto took = facts.recent.value_or(typical);
  const bool at_once = facts.queued == 0 && facts.drawing < facts.limit;
  const auto rounds = at_once ? 0 : facts.queued / std::max<std::size_t>(facts.limit, 1) + 1;
  return took * static_cast<std::int64_t>(rounds + 1);
}

std::size_t busy(const Fitting& fitting) {
  return fitting.option.facts.drawing + fitting.option.facts.queued;
}

bool is_less_busy(const Fitting& a, const Fitting& b) {
  return busy(a) * b.option.facts.limit < busy(b) * a.option.facts.limit;
}

bool is_better(RouteStrategy strategy, const Fitting& a, const Fitting& b) {
  switch (strategy) {
    case RouteStrategy::priority:
      return false;
    case RouteStrategy::weighted:
      return a.lot < b.lot;
    case RouteStrategy::least_busy:
      return is_less_busy(a, b);
    case RouteStrategy::fastest:
      return expected(a) < expected(b);
  }
  return false;
}

auto rank_of(const Fitting& fitting) {
  return std::tuple(!fitting.option.facts.shut.empty(), fitting.option.candidate.priority);
}

// One after the other from what is left, so that whoever takes a lost one's place is chosen by
// weight too.
void draw_lots(std::vector<Fitting>& all, Random& random) {
  std::vector<Fitting*> left;
  std::uint64_t total = 0;
  for (auto& fitting : all) {
    left.push_back(&fitting);
    total += static_cast<std::uint64_t>(fitting.option.candidate.weight);
  }
  for (std::uint64_t lot = 0; left.size() > 1; ++lot) {
    auto ball = random.below(total);
    auto drawn = left.begin();
    for (;; ++drawn) {
      const auto weight = static_cast<std::uint64_t>((*drawn)->option.candidate.weight);
      if (ball < weight) break;
      ball -= weight;
    }
    (*drawn)->lot = lot;
    total -= static_cast<std::uint64_t>((*drawn)->option.candidate.weight);
    left.erase(drawn);
  }
  if (!left.empty()) left.front()->lot = all.size();
}

void put_in_order(std::vector<Fitting>& fitting, RouteStrategy strategy, Random& random) {
  if (strategy == RouteStrategy::weighted && fitting.size() > 1) draw_lots(fitting, random);
  std::ranges::sort(fitting, [strategy](const Fitting& a, const Fitting& b) {
    if (rank_of(a) != rank_of(b)) return rank_of(a) < rank_of(b);
    if (is_better(strategy, a, b)) return true;
    return !is_better(strategy, b, a) && a.place < b.place;
  });
}

// --- why not the others

std::string seconds_of(milliseconds time) {
  const auto seconds = std::chrono::duration<double>(time).count();
  return seconds < 10 ? fmt::format("{:.1f} s", seconds) : fmt::format("{:.0f} s", seconds);
}

std::string how_busy(const RouteFacts& facts) {
  if (facts.queued > 0) return fmt::format("busy: {} in line", facts.queued);
  return fmt::format("busy: {} of {} drawing", facts.drawing, facts.limit);
}

// Weights of those that it was drawn among.
std::string by_weight(const Fitting& loser, const std::vector<Fitting>& all) {
  int total = 0;
  for (const auto& fitting : all) {
    if (rank_of(fitting) == rank_of(loser)) total += fitting.option.candidate.weight;
  }
  return fmt::format("not drawn: weight {} of {}", loser.option.candidate.weight, total);
}

std::string reason_of(const Fitting& loser, const std::vector<Fitting>& all,
                      RouteStrategy strategy) {
  const auto& winner = all.front();
  const auto& facts = loser.option.facts;
  if (!facts.shut.empty()) return "shut: " + facts.shut;
  if (loser.option.candidate.priority != winner.option.candidate.priority) return "lower priority";
  switch (strategy) {
    case RouteStrategy::priority:
      break;
    case RouteStrategy::weighted:
      return by_weight(loser, all);
    case RouteStrategy::least_busy:
      if (is_less_busy(winner, loser)) return how_busy(facts);
      break;
    case RouteStrategy::fastest:
      if (expected(winner) < expected(loser))
        return fmt::format("slower: {} against {}", seconds_of(expected(loser)),
                           seconds_of(expected(winner)));
      break;
  }
  return "later in the list";
}

}  // namespace

Error not_offered(std::string_view name) {
  return Error::not_found(
             fmt::format("no upstream offers the model '{}' at present; see /v1/models", name))
      .with_param("model")
      .with_code("model_not_found");
}

RouteChoice RouteChoice::only(ModelRoute route) {
  RouteChoice choice;
  choice.ranked.push_back({route});
  return choice;
}

std::shared_ptr<const RouteNote> RouteChoice::note(std::size_t index) const {
  if (routed.empty()) return nullptr;
  RouteNote note{strategy, {}};
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    if (i == index) continue;
    const auto& [route, reason] = ranked[i];
    note.rejected.push_back({std::string(route.provider->name()), route.model->upstream_id,
                             i < index ? std::string(kGaveWay) : reason});
  }
  note.rejected.insert(note.rejected.end(), unfit.begin(), unfit.end());
  return std::make_shared<const RouteNote>(std::move(note));
}

Result<RouteChoice> choose_route(const GenerationRequest& request, RouteQuestion question,
                                 Random& random) {
  auto sorted = sort_out(request, std::move(question.options));
  if (sorted.fitting.empty()) return fail(nobody_fits(question.name, sorted));
  auto& fitting = sorted.fitting;
  put_in_order(fitting, question.strategy, random);
  RouteChoice choice;
  choice.routed = std::move(question.name);
  choice.strategy = question.strategy;
  for (const auto& one : fitting) {
    const bool first = choice.ranked.empty();
    auto reason = first ? std::string() : reason_of(one, fitting, question.strategy);
    choice.ranked.push_back({*one.option.candidate.route, std::move(reason)});
  }
  choice.unfit = std::move(sorted.unfit);
  return choice;
}

}  // namespace gw
