#include "app/account_settings.hpp"

#include "app/value_parsers.hpp"
#include "base/text.hpp"
#include "providers/dreamifly/login.hpp"
#include "providers/openai/keys.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

namespace gw::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostAccounts = 10'000;
constexpr std::size_t kLongestLabel = 100;
constexpr std::size_t kMostModels = 200;
constexpr std::int64_t kHeaviest = 100;
constexpr std::int64_t kMostParallel = 1'000;

// What one upstream's accounts are given by, and how that is checked.
struct Kind {
  std::span<const std::string_view> credentials;
  Result<void> (*check)(const AccountSettings& account);
};

Result<void> check_login(const AccountSettings& account) {
  GW_CHECK(dreamifly::read_login(account, dreamifly::Options()));
  return {};
}

Result<void> check_key(const AccountSettings& account) {
  GW_CHECK(openai::read_key(account));
  return {};
}

class Reader final {
 public:
  explicit Reader(const Kind& kind) : kind_(kind) {}

  Accounts read(const json::array& list) {
    Accounts accounts;
    for (const auto& entry : list) {
      place_ = fmt::format("[{}]", accounts.size());
      accounts.push_back(account(entry));
    }
    return accounts;
  }
  const std::string& faults() const { return faults_; }

 private:
  AccountSettings account(const json::value& entry) {
    AccountSettings account;
    if (!entry.is_object()) {
      complain("", "must be a map");
      return account;
    }
    const auto before = faults_.size();
    for (const auto& [name, value] : entry.get_object()) member(account, name, value);
    if (faults_.size() > before) return account;
    if (const auto fits = kind_.check(account); !fits) {
      constexpr std::string_view kPrefix = "credentials.";
      complain(fits.error().param().substr(kPrefix.size()), ": " + fits.error().message());
    }
    return account;
  }

  void member(AccountSettings& account, std::string_view name, const json::value& value) {
    if (name == "weight") return number(account.weight, name, value, 1, kHeaviest);
    if (name == "parallel") return number(account.parallel, name, value, 0, kMostParallel);
    if (name == "models") return models(account.models, value);
    if (name == "label") {
      if (auto label = text(name, value, kLongestLabel)) account.label = *std::move(label);
    } else if (std::ranges::find(kind_.credentials, name) != kind_.credentials.end()) {
      if (auto given = text(name, value, 4096))
        account.credentials.emplace(name, Secret(*std::move(given)));
    } else {
      complain(name, fmt::format("is not known; there are label, {}, weight, parallel, models",
                                 fmt::join(kind_.credentials, ", ")));
    }
  }

  void number(int& field, std::string_view name, const json::value& value, std::int64_t least,
              std::int64_t most) {
    if (!value.is_int64() || value.get_int64() < least || value.get_int64() > most)
      return complain(name, fmt::format("must be a whole number from {} to {}", least, most));
    field = static_cast<int>(value.get_int64());
  }

  void models(std::vector<std::string>& field, const json::value& value) {
    const auto* list = value.if_array();
    if (!list || list->empty() || list->size() > kMostModels)
      return complain("models", "must be a list of the upstream's model ids");
    for (const auto& id : *list) {
      if (auto name = text("models", id, kLongestLabel)) field.push_back(*std::move(name));
    }
  }

  // A number is refused, because what was written is not what arrives (007 is 7).
  std::optional<std::string> text(std::string_view name, const json::value& value,
                                  std::size_t longest) {
    const auto* given = value.if_string();
    if (!given) {
      complain(name, "must be a text; write a number in quotes");
      return std::nullopt;
    }
    const std::string_view words(*given);
    if (words.empty() || words.size() > longest || !is_utf8(words) || words.contains('\0')) {
      complain(name, fmt::format("must be a text of 1 to {} bytes", longest));
      return std::nullopt;
    }
    return std::string(words);
  }

  void complain(std::string_view name, std::string_view message) {
    if (!faults_.empty()) faults_ += "; ";
    faults_ += place_;
    if (!name.empty()) faults_ += '.' + std::string(name);
    if (!message.starts_with(':')) faults_ += ' ';
    faults_ += message;
  }

  const Kind& kind_;
  std::string place_;
  std::string faults_;
};

std::expected<Accounts, std::string> parse(std::string_view text, const Kind& kind) {
  boost::system::error_code error;
  const auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !parsed.is_array() || parsed.get_array().size() > kMostAccounts)
    return std::unexpected("must be a list of accounts (JSON in the environment)");
  Reader reader(kind);
  auto accounts = reader.read(parsed.get_array());
  if (!reader.faults().empty()) return std::unexpected(reader.faults());
  return accounts;
}

}  // namespace

std::expected<Accounts, std::string> parse_dreamifly_accounts(std::string_view text) {
  static constexpr std::string_view kNames[] = {"email", "password", "session_cookie"};
  return parse(text, {.credentials = kNames, .check = check_login});
}

std::expected<Accounts, std::string> parse_openai_accounts(std::string_view text) {
  static constexpr std::string_view kNames[] = {"api_key"};
  return parse(text, {.credentials = kNames, .check = check_key});
}

std::string show_accounts(const Accounts& accounts) {
  if (accounts.empty()) return {};
  return fmt::format("{} {}", accounts.size(), accounts.size() == 1 ? "account" : "accounts");
}

std::expected<OnExhausted, std::string> parse_on_exhausted(std::string_view text) {
  if (text == "next") return OnExhausted::next;
  if (text == "fail") return OnExhausted::fail;
  return std::unexpected(must_be("next or fail", text));
}

std::string_view to_string(OnExhausted on_exhausted) {
  return on_exhausted == OnExhausted::next ? "next" : "fail";
}

std::vector<std::size_t> repeated(const Accounts& accounts) {
  std::vector<std::size_t> places;
  std::set<AccountId> seen;
  for (std::size_t place = 0; place < accounts.size(); ++place) {
    if (!seen.insert(accounts[place].id).second) places.push_back(place);
  }
  return places;
}

}  // namespace gw::app
