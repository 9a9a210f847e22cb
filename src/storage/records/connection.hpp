// One connection to the database: its settings, its kept statements, its transactions, and the one
// place where SOCI's exceptions become errors.
#pragma once

#include "base/error.hpp"
#include "storage/records/cell.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <soci/error.h>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace gw::records {

// Used by one thread at a time (a WorkerLane of its own); everything blocks. What throws
// soci::soci_error is called inside attempt() only.
class Connection final {
 public:
  enum class Use : std::uint8_t { writing, reading };

  // Before SQLite is used for the first time; later it changes nothing.
  static void leave_out_locks();

  // The file must be there. Throws soci_error.
  Connection(const std::filesystem::path& file, Use use);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs `work`. A fault ends the transaction, and becomes storage_unavailable, or internal where
  // only a bug of ours explains it; the connection can be used again.
  template <class Work>
  auto attempt(Work&& work) -> Result<std::invoke_result_t<Work>> try {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const soci::soci_error& fault) {
    return fail(recover(fault));
  }

  // A transaction around `work`. Reading: all of it sees one state of the database.
  template <class Work>
  auto transaction(Work&& work) -> std::invoke_result_t<Work> {
    execute(use_ == Use::writing ? "BEGIN IMMEDIATE" : "BEGIN");
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      work();
      execute("COMMIT");
    } else {
      auto value = work();
      execute("COMMIT");
      return value;
    }
  }

  // What is committed from here on survives a loss of power (true) or just a crash of ours (false).
  void set_durable(bool durable);

  void execute(const char* script);  // any number of statements, without parameters
  long long pragma(const char* name);

  // --- Kept statements. `sql` must be an object that lives as long as the program: its address is
  // the statement's name.

  // The parameters to fill in, to be followed by run<In>(sql).
  template <class In>
  In& row(const std::string& sql) {
    return kept<In, NoColumns>(sql).in;
  }
  // How many rows it changed.
  template <class In>
  long long run(const std::string& sql) {
    auto& statement = kept<In, NoColumns>(sql).statement;
    statement.execute(true);
    return statement.get_affected_rows();
  }
  template <class... P>
  long long change(const std::string& sql, const P&... parameters) {
    fill(kept<InOf<P...>, NoColumns>(sql).in, parameters...);
    return run<InOf<P...>>(sql);
  }

  // Calls each(row) for every row of a query. Always to its end: a statement that stops half-way
  // would hold this connection at the state that the database had then.
  template <class Out, class Each, class... P>
  void select(const std::string& sql, Each each, const P&... parameters) {
    auto& bound = kept<InOf<P...>, Out>(sql);
    fill(bound.in, parameters...);
    for (bool more = bound.statement.execute(true); more; more = bound.statement.fetch())
      each(std::as_const(bound.out));
  }

 private:
  struct Kept {
    virtual ~Kept() = default;
  };
  template <class In, class Out>
  struct Bound final : Kept {
    Bound(soci::session& session, const std::string& sql) : statement(session) {
      statement.alloc();
      statement.prepare(sql);
      in.each(
          [&](const char*, auto& cell) { statement.exchange(soci::use(cell.value, cell.state)); });
      out.each(
          [&](const char*, auto& cell) { statement.exchange(soci::into(cell.value, cell.state)); });
      statement.define_and_bind();
    }
    In in;
    Out out;
    soci::statement statement;  // last: it points into the two above
  };

  static std::string bare(const std::string&);
  static std::string bare(const std::optional<std::string>&);
  static long long bare(long long);
  static long long bare(const std::optional<long long>&);
  template <class... P>
  using InOf = Parameters<decltype(bare(std::declval<const P&>()))...>;

  template <class... T, class... P>
  static void fill(Parameters<T...>& in, const P&... parameters) {
    std::apply([&](auto&... cell) { (cell.set(parameters), ...); }, in.cells);
  }

  template <class In, class Out>
  Bound<In, Out>& kept(const std::string& sql) {
    auto& slot = kept_[&sql];
    if (!slot) slot = std::make_unique<Bound<In, Out>>(*session_, sql);
    return dynamic_cast<Bound<In, Out>&>(*slot);
  }

  using RowReader = int (*)(void*, int, char**, char**);
  void execute(const char* script, RowReader each, void* context);
  Error recover(const soci::soci_error& fault);

  Use use_;
  bool durable_ = false;
  std::unique_ptr<soci::session> session_;
  std::unordered_map<const void*, std::unique_ptr<Kept>> kept_;  // gone before the session
};

}  // namespace gw::records
