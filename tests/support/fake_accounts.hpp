// An account book without pools, and an upstream with accounts: both remember what they were told.
#pragma once

#include "core/accounts/account_book.hpp"
#include "core/ports/provider.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::test {

class FakeAccountBook final : public AccountBook {
 public:
  void set(const HostId& host, const AccountSettings& account) override {
    auto& view = kept[{host, account.id}];
    view.id = account.id;
    view.label = account.label;
    if (view.state == AccountState::off || !account.enabled)
      view.state = account.enabled ? AccountState::ready : AccountState::off;
  }
  void restore(const HostId& host, const AccountId& id, const AccountFinding& finding) override {
    restored[id] = finding;
    take(host, id, finding);
  }
  void remove(const HostId& host, const AccountId& id) override { kept.erase({host, id}); }
  void resize(const HostId& host, std::size_t limit) override { limits[host] = limit; }
  void found(const HostId& host, const AccountId& id, const AccountFinding& finding) override {
    take(host, id, finding);
    if (changed_) changed_(host, id);
  }
  void clear(const HostId& host, const AccountId& id) override { found(host, id, {}); }
  std::vector<AccountView> views(const HostId& host) const override {
    std::vector<AccountView> all;
    for (const auto& [key, view] : kept) {
      if (key.first == host) all.push_back(view);
    }
    return all;
  }
  std::optional<AccountView> view(const HostId& host, const AccountId& id) const override {
    const auto found = kept.find({host, id});
    if (found == kept.end()) return std::nullopt;
    return found->second;
  }
  void on_changed(Changed changed) override { changed_ = std::move(changed); }

  std::map<std::pair<HostId, AccountId>, AccountView> kept;
  std::map<AccountId, AccountFinding> restored;
  std::map<HostId, std::size_t> limits;

 private:
  void take(const HostId& host, const AccountId& id, const AccountFinding& finding) {
    auto& view = kept.at({host, id});
    view.state = finding.state;
    view.reason = finding.reason;
    view.allowance = finding.allowance;
  }

  Changed changed_;
};

// Takes accounts with an e-mail address, and draws nothing.
class AccountProvider final : public Provider {
 public:
  std::string_view name() const override { return name_; }
  const HostId& host() const override { return host_; }
  std::size_t host_limit() const override { return taken.empty() ? 1 : 2; }
  const std::vector<ModelInfo>& models() const override { return models_; }
  Async<void> refresh() override {
    ++refreshed;
    co_return;
  }
  Async<Answer> draw(const ImageOrder&, Attempt&) override {
    UpstreamFailure failure;
    failure.error = Error::internal("nothing is drawn here");
    co_return std::unexpected(std::move(failure));
  }
  std::vector<AccountSettings> configured_accounts() const override { return configured; }
  Result<void> set_account(const AccountSettings& account) override {
    if (!account.credentials.contains("email"))
      return fail(Error::invalid_request("credentials.email", "is required"));
    taken.insert_or_assign(account.id, account);
    return {};
  }
  void remove_account(const AccountId& id) override { taken.erase(id); }
  Async<AccountFinding> check_account(AccountId id) override {
    checked.push_back(id);
    co_return finding;
  }
  ClearanceDoor* clearance_door() override { return door; }

  std::vector<AccountSettings> configured;
  std::map<AccountId, AccountSettings> taken;
  std::vector<AccountId> checked;
  AccountFinding finding;
  ClearanceDoor* door = nullptr;
  int refreshed = 0;

 private:
  std::string name_ = "gallery";
  HostId host_{"gallery.example.com"};
  std::vector<ModelInfo> models_ = [] {
    ModelInfo model;
    model.id = "gallery-oil";
    model.upstream_id = "oil";
    model.max_references = 1;
    return std::vector{model};
  }();
};

}  // namespace gw::test
