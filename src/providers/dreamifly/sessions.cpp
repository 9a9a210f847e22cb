#include "providers/dreamifly/sessions.hpp"

#include "providers/dreamifly/login.hpp"

#include <algorithm>
#include <ranges>
#include <stdexcept>
#include <utility>

namespace gw::dreamifly {

Sessions::Sessions(const Options& options, HttpClient& client, const Clock& clock,
                   SessionKeeper* keeper)
    : options_(options),
      world_{
          .options = options, .client = client, .clock = clock, .pace = pace_, .keeper = keeper} {
  for (const auto& account : accounts_of(options)) {
    if (const auto set_up = set(account); !set_up)
      throw std::invalid_argument(set_up.error().param() + ": " + set_up.error().message());
  }
}

Result<void> Sessions::set(const AccountSettings& account) {
  GW_TRY(auto login, read_login(account, options_));
  auto& session = all_[account.id];
  if (!session || session->login() != login)
    session = std::make_shared<Session>(world_, account.id, std::move(login));
  return {};
}

std::shared_ptr<Session> Sessions::find(const AccountId& id) const {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : found->second;
}

std::shared_ptr<Session> Sessions::coldest() const {
  const auto found = std::ranges::find_if(all_ | std::views::values,
                                          [](const auto& one) { return one->wants_warming(); });
  return found == std::ranges::end(all_ | std::views::values) ? nullptr : *found;
}

}  // namespace gw::dreamifly
