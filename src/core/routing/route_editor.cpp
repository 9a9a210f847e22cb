#include "core/routing/route_editor.hpp"

#include "base/carry_through.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace gw {
namespace {

constexpr std::size_t kMostNames = 200;

std::string describe(std::exception_ptr bug) {
  try {
    std::rethrow_exception(bug);
  } catch (const std::exception& error) {
    return error.what();
  }
}

Error conflict(std::string message) {
  return {ErrorKind::conflict, std::move(message)};
}

}  // namespace

RouteEditor::RouteEditor(Parts parts, Executor io, Log& log)
    : parts_(parts), io_(io), log_(log), work_(io, [&log](std::exception_ptr bug) {
        log.error("bug", {{"detail", describe(std::move(bug))}});
      }) {}

Task<void> RouteEditor::open() {
  GW_CO_TRY(const auto kept, co_await parts_.store.routes());
  for (const auto& [name, settings] : kept) {
    auto fits = check_name(name);
    if (fits) fits = apply(name, &settings);
    if (fits) continue;
    left_out_.emplace(name, settings);
    log_.warn("routes_not_used", {{"model", std::string_view(name)},
                                  {"reason", std::string_view(fits.error().message())}});
  }
  co_return Done();
}

Task<void> RouteEditor::put(std::string name, RouteSettings settings) {
  GW_CO_CHECK(check(name, settings));
  co_return co_await change(std::move(name), std::move(settings));
}

Task<void> RouteEditor::remove(std::string name) {
  GW_CO_CHECK(check_free(name));
  if (!parts_.book.added().contains(name))
    co_return fail(Error::not_found("this name has no routes that were set here"));
  co_return co_await change(std::move(name), std::nullopt);
}

Result<void> RouteEditor::check_free(std::string_view name) const {
  if (parts_.book.configured(name)) {
    return fail(conflict(
        "these routes are written in the configuration, and can only be changed or removed there"));
  }
  if (changing_) return fail(conflict("routes are being changed just now"));
  return {};
}

Result<void> RouteEditor::check_name(std::string_view name) const {
  GW_CHECK(check_free(name));
  const auto& models = parts_.models;
  if (models.is_long_name(name)) {
    return fail(Error::invalid_request(
        "name", "this is the name of one provider's model, which cannot have routes"));
  }
  if (models.is_operators(name) && !parts_.book.added().contains(name))
    return fail(conflict("this name has a meaning by MODEL_MAPPING already"));
  return {};
}

Result<void> RouteEditor::check(std::string_view name, const RouteSettings& settings) const {
  GW_CHECK(check_name(name));
  const auto& models = parts_.models;
  const auto& added = parts_.book.added();
  if (!added.contains(name) && added.size() + left_out_.size() >= kMostNames)
    return fail(conflict(fmt::format("there are routes for {} names, and no more are taken",
                                     added.size() + left_out_.size())));
  if (parts_.book.is_target(name))
    return fail(conflict("routes of another name lead to this one; change them first"));
  for (std::size_t i = 0; i < settings.routes.size(); ++i) {
    const auto& model = settings.routes[i].model;
    const auto field = fmt::format("routes[{}].model", i);
    if (models.is_operators(model) || model == name) {
      return fail(Error::invalid_request(
          field, fmt::format("`{}` is a name that was given to other models; write "
                             "\"provider/model\"",
                             field)));
    }
    if (!models.knows(model)) {
      return fail(Error::invalid_request(
          field, fmt::format("`{}` is no model of an upstream; /v1/models lists them", field)));
    }
  }
  return {};
}

// Null: it has none any more.
Result<void> RouteEditor::apply(const std::string& name, const RouteSettings* settings) {
  std::optional<std::string> first;
  if (settings) first = settings->routes.front().model;
  GW_CHECK(parts_.models.set_alias(name, std::move(first)));
  if (settings) {
    parts_.book.add(name, *settings);
  } else {
    parts_.book.remove(name);
  }
  return {};
}

Task<void> RouteEditor::change(std::string name, std::optional<RouteSettings> settings) {
  return carry_through(io_, work_, changed(std::move(name), std::move(settings)));
}

Task<void> RouteEditor::changed(std::string name, std::optional<RouteSettings> settings) {
  std::optional<RouteSettings> before;
  const auto& added = parts_.book.added();
  if (const auto found = added.find(name); found != added.end()) before = found->second;
  GW_CO_CHECK(apply(name, settings ? &*settings : nullptr));
  changing_ = true;
  auto kept = added;
  for (const auto& [other, routes] : left_out_) {
    if (other != name) kept.emplace(other, routes);
  }
  auto stored = co_await parts_.store.put_routes(std::move(kept));
  changing_ = false;
  if (stored) {
    left_out_.erase(name);
    co_return Done();
  }
  // As it was; a name that could be given can be taken back.
  if (const auto back = apply(name, before ? &*before : nullptr); !back)
    log_.error("bug", {{"detail", std::string_view(back.error().message())}});
  co_return fail(std::move(stored).error());
}

}  // namespace gw
