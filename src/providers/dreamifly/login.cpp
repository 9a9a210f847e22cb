#include "providers/dreamifly/login.hpp"

#include "base/digest.hpp"
#include "transport/address.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace gw::dreamifly {
namespace {

constexpr std::string_view kEmail = "email";
constexpr std::string_view kPassword = "password";
constexpr std::string_view kCookie = "session_cookie";
constexpr std::size_t kLongestCredential = 4096;

std::unexpected<Error> misfit(std::string_view name, std::string message) {
  return fail(Error::invalid_request("credentials." + std::string(name), std::move(message)));
}

std::string credential(const AccountSettings& account, std::string_view name) {
  const auto found = account.credentials.find(std::string(name));
  return found == account.credentials.end() ? std::string() : found->second.reveal();
}

Result<void> check_names(const AccountSettings& account) {
  constexpr std::array kNames{kEmail, kPassword, kCookie};
  for (const auto& [name, value] : account.credentials) {
    if (std::ranges::find(kNames, std::string_view(name)) == kNames.end())
      return misfit(name, "an account is given by email and password, or by session_cookie");
    if (value.reveal().size() > kLongestCredential) return misfit(name, "it is too long");
  }
  return {};
}

Result<Login> pasted_login(const std::string& text, const Options& options) {
  auto cookie = read_pasted_session(text);
  if (!cookie) return misfit(kCookie, "it " + cookie.error());
  if (cookie->name.empty()) {
    const auto address = address_of(options.base_url);
    cookie->name = session_cookie_name(address ? address->scheme : "");
  }
  Login login;
  login.pasted = *std::move(cookie);
  return login;
}

AccountSettings with_id(AccountSettings account, const Options& options) {
  const auto email = credential(account, kEmail);
  account.provider = "dreamifly";
  account.id =
      derived_account_id(options.base_url, email.empty() ? credential(account, kCookie) : email);
  if (account.label.empty()) account.label = email.empty() ? "session" : email;
  return account;
}

}  // namespace

bool operator==(const Login& left, const Login& right) {
  return left.email == right.email && left.password.equals(right.password.reveal()) &&
         left.pasted == right.pasted;
}

Result<Login> read_login(const AccountSettings& account, const Options& options) {
  GW_CHECK(check_names(account));
  const auto pasted = credential(account, kCookie);
  Login login;
  login.email = credential(account, kEmail);
  login.password = Secret(credential(account, kPassword));
  if (!pasted.empty()) {
    if (!login.email.empty() || !login.password.empty())
      return misfit(kCookie, "either this, or email and password");
    return pasted_login(pasted, options);
  }
  if (login.email.empty())
    return misfit(kEmail, "an account needs email and password, or session_cookie");
  if (!login.email.contains('@')) return misfit(kEmail, "it is no e-mail address");
  if (login.password.empty()) return misfit(kPassword, "it is missing");
  return login;
}

std::vector<AccountSettings> accounts_of(const Options& options) {
  std::vector<AccountSettings> all;
  AccountSettings single;
  if (!options.email.empty()) {
    single.credentials.emplace(kEmail, Secret(options.email));
    single.credentials.emplace(kPassword, options.password);
  }
  if (!options.session_cookie.empty()) single.credentials.emplace(kCookie, options.session_cookie);
  if (!single.credentials.empty()) all.push_back(with_id(std::move(single), options));
  for (const auto& account : options.accounts) all.push_back(with_id(account, options));
  return all;
}

std::string login_mark(const Options& options, const Login& login) {
  std::string what = options.base_url;
  for (const auto* part : {&login.email, &login.password.reveal()}) {
    what += '\0';
    what += *part;
  }
  return hex(sha256(what));
}

}  // namespace gw::dreamifly
