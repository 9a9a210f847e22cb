#include "storage/records/account_tables.hpp"

#include "storage/records/words.hpp"

namespace gw::records {
namespace {

struct AccountCells {
  Text id, provider, label, sealed;
  Number weight, parallel;
  Text models;
  Number enabled;

  template <class F>
  void each(F&& f) {
    f("id", id), f("provider", provider), f("label", label), f("sealed", sealed);
    f("weight", weight), f("parallel", parallel), f("models", models), f("enabled", enabled);
  }
  void take(const AccountRow& row) {
    id.set(row.settings.id.value);
    provider.set(row.settings.provider);
    label.set(row.settings.label);
    sealed.set(row.sealed);
    weight.set(row.settings.weight);
    parallel.set(row.settings.parallel);
    models.set(pack(row.settings.models));
    enabled.set(row.settings.enabled ? 1 : 0);
  }
  AccountRow give() const {
    AccountRow row;
    row.settings.id = {id.value};
    row.settings.provider = provider.value;
    row.settings.label = label.value;
    row.settings.weight = static_cast<int>(weight.value);
    row.settings.parallel = static_cast<int>(parallel.value);
    row.settings.models = unpack_list(models.value);
    row.settings.enabled = enabled.value != 0;
    row.settings.origin = AccountOrigin::admin;
    row.sealed = sealed.value;
    return row;
  }
};

// allowance_read is NULL when no allowance was ever told.
struct MemoryCells {
  Text id, state, reason;
  Number until, points, drawn_today, daily_limit, allowance_read;

  template <class F>
  void each(F&& f) {
    f("id", id), f("state", state), f("reason", reason), f("until", until), f("points", points);
    f("drawn_today", drawn_today), f("daily_limit", daily_limit);
    f("allowance_read", allowance_read);
  }
  void take(const AccountMemory& memory) {
    id.set(memory.id.value);
    state.set(word(memory.state));
    reason.set(memory.reason);
    until.set(number(memory.until));
    const auto told = memory.allowance.value_or(Allowance());
    points.set(column(told.points));
    drawn_today.set(column(told.drawn_today));
    daily_limit.set(column(told.daily_limit));
    allowance_read.set(memory.allowance ? std::optional(number(told.read)) : std::nullopt);
  }
  AccountMemory give() const {
    AccountMemory memory;
    memory.id = {id.value};
    memory.state = from_word<AccountState>(state.value);
    memory.reason = reason.value;
    memory.until = wall_time(until.maybe());
    if (!allowance_read.is_null()) {
      memory.allowance = Allowance{.points = value_of(points),
                                   .drawn_today = value_of(drawn_today),
                                   .daily_limit = value_of(daily_limit),
                                   .read = wall_time(allowance_read.value)};
    }
    return memory;
  }

 private:
  static std::optional<long long> column(const std::optional<std::int64_t>& value) {
    return value ? std::optional<long long>(*value) : std::nullopt;
  }
  static std::optional<std::int64_t> value_of(const Number& cell) {
    return cell.is_null() ? std::nullopt : std::optional<std::int64_t>(cell.value);
  }
};

struct SecretCells {
  Text name, sealed;

  template <class F>
  void each(F&& f) {
    f("name", name), f("sealed", sealed);
  }
};

const std::string kAccounts =
    "SELECT " + column_names<AccountCells>() + " FROM accounts ORDER BY label, id";
const std::string kPutAccount = upsert<AccountCells>("accounts", "id");
const std::string kRemoveAccount = "DELETE FROM accounts WHERE id = :id";
const std::string kRemoveMemory = "DELETE FROM account_memories WHERE id = :id";
const std::string kRemoveSecrets = "DELETE FROM secrets WHERE instr(name, :prefix) = 1";

const std::string kMemories =
    "SELECT " + column_names<MemoryCells>() + " FROM account_memories ORDER BY id";
const std::string kPutMemory = upsert<MemoryCells>("account_memories", "id");

const std::string kSecret = "SELECT sealed FROM secrets WHERE name = :name";
const std::string kPutSecret = upsert<SecretCells>("secrets", "name");
const std::string kForgetSecret = "DELETE FROM secrets WHERE name = :name";

}  // namespace

std::vector<AccountRow> read_accounts(Connection& db) {
  std::vector<AccountRow> rows;
  db.select<AccountCells>(kAccounts,
                          [&](const AccountCells& cells) { rows.push_back(cells.give()); });
  return rows;
}

void put_account(Connection& db, const AccountRow& row) {
  db.row<AccountCells>(kPutAccount).take(row);
  db.run<AccountCells>(kPutAccount);
}

void remove_account(Connection& db, const AccountId& id, const std::string& prefix) {
  db.change(kRemoveAccount, id.value);
  db.change(kRemoveMemory, id.value);
  db.change(kRemoveSecrets, prefix);
}

std::vector<AccountMemory> read_memories(Connection& db) {
  std::vector<AccountMemory> memories;
  db.select<MemoryCells>(kMemories,
                         [&](const MemoryCells& cells) { memories.push_back(cells.give()); });
  return memories;
}

void put_memory(Connection& db, const AccountMemory& memory) {
  db.row<MemoryCells>(kPutMemory).take(memory);
  db.run<MemoryCells>(kPutMemory);
}

std::optional<std::string> read_secret(Connection& db, const std::string& name) {
  std::optional<std::string> sealed;
  db.select<OneText>(kSecret, [&](const OneText& row) { sealed = row.text.value; }, name);
  return sealed;
}

void put_secret(Connection& db, const std::string& name, const std::string& sealed) {
  auto& row = db.row<SecretCells>(kPutSecret);
  row.name.set(name);
  row.sealed.set(sealed);
  db.run<SecretCells>(kPutSecret);
}

void forget_secret(Connection& db, const std::string& name) {
  db.change(kForgetSecret, name);
}

}  // namespace gw::records
