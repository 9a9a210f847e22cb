// What a statement is bound to: a value of one of the two types we use, and whether it is NULL.
// Never soci::row, which cuts INTEGER to 32 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <soci/soci.h>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace gw::records {

template <class T>
struct Cell {
  T value{};
  soci::indicator state = soci::i_ok;

  void set(T new_value) {
    value = std::move(new_value);
    state = soci::i_ok;
  }
  void set(std::optional<T> new_value) {
    state = new_value ? soci::i_ok : soci::i_null;
    if (new_value) value = std::move(*new_value);
  }
  bool is_null() const { return state == soci::i_null; }
  std::optional<T> maybe() const {
    return is_null() ? std::optional<T>() : std::optional<T>(value);
  }
};

using Text = Cell<std::string>;
using Number = Cell<long long>;  // 64 bits; unsigned values keep their bits

template <class T>
concept CellType = std::same_as<T, Text> || std::same_as<T, Number>;

// A row's cells know their columns: `each(f)` calls f("name", cell) for all of them, in the order
// of the lists below.
template <class Cells>
std::string column_names() {
  std::string list;
  const auto add = [&](const char* name, const auto&) {
    list.append(list.empty() ? "" : ", ").append(name);
  };
  Cells().each(add);
  return list;
}

// "INSERT … ON CONFLICT (key) DO UPDATE SET …" with every column as it is given, but for those in
// `special` ("name = expression, …").
template <class Cells>
std::string upsert(std::string_view table, std::string_view key, std::string_view special = {}) {
  std::string marks, updates(special);
  const auto add = [&](const std::string& name, const auto&) {
    marks.append(marks.empty() ? ":" : ", :").append(name);
    if (special.find(name + " =") != std::string_view::npos) return;
    updates.append(updates.empty() ? "" : ", ").append(name + " = excluded." + name);
  };
  Cells().each(add);
  return "INSERT INTO " + std::string(table) + " (" + column_names<Cells>() + ") VALUES (" + marks +
         ") ON CONFLICT (" + std::string(key) + ") DO UPDATE SET " + updates;
}

// Parameters of a statement that are no row, by position.
template <class... T>
struct Parameters {
  std::tuple<Cell<T>...> cells;

  template <class F>
  void each(F&& f) {
    std::apply([&](auto&... cell) { (f("", cell), ...); }, cells);
  }
};

struct NoColumns {
  template <class F>
  void each(F&&) {}
};

struct OneNumber {
  Number number;
  template <class F>
  void each(F&& f) {
    f("number", number);
  }
};

struct OneText {
  Text text;
  template <class F>
  void each(F&& f) {
    f("text", text);
  }
};

}  // namespace gw::records
