#include "storage/records/inspect.hpp"

#include "base/endian.hpp"
#include "base/text.hpp"
#include "storage/records/raw_database.hpp"
#include "storage/records/schema.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <sys/stat.h>

namespace gw::records {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr auto kMagic = "SQLite format 3\0"sv;

std::string_view advice(Inspected role) {
  if (role == Inspected::backup) return "Nothing was changed. Take another backup";
  return "It was left as it is. Put a backup in its place (dreamifly-2api restore <file>), or move "
         "it away to start with an empty one";
}

std::unexpected<Error> refuse(const fs::path& file, std::string_view what, Inspected role) {
  return fail(Error(ErrorKind::storage_unavailable,
                    fmt::format("{} {}. {}", file.string(), what, advice(role))));
}

std::unexpected<Error> refuse_newer(const fs::path& file, long long version, Inspected role) {
  const auto what = fmt::format(
      "was written by a newer dreamifly-2api (its tables are version {}, this one knows up to {})",
      version, newest_version());
  if (role == Inspected::backup) return refuse(file, what, role);
  return fail(Error(ErrorKind::storage_unavailable,
                    fmt::format("{} {}. It was left as it is. Start that newer one, or put a "
                                "backup from before it in its place (dreamifly-2api restore "
                                "<file>)",
                                file.string(), what)));
}

bool has_log(const fs::path& file) {
  struct stat status{};
  return ::stat((file.string() + "-wal").c_str(), &status) == 0;
}

Result<long long> pragma_number(RawDatabase& database, const char* sql) {
  GW_TRY(const auto text, database.ask(sql));
  return std::strtoll(text.c_str(), nullptr, 10);
}

constexpr std::size_t kHeadSize = 100;

Result<std::string> read_head(const fs::path& file) {
  std::string head(kHeadSize, '\0');
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return fail(Error(ErrorKind::storage_unavailable,
                      fmt::format("{} cannot be read: {}", file.string(), std::strerror(errno))));
  }
  in.read(head.data(), kHeadSize);
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head;
}

// By the database's own count of pages (fileformat2 §1.3): SQLite itself takes what is missing of
// the last page for zeros. With a log beside it the count may be ahead of the file.
bool is_cut_short(std::string_view head, std::uint64_t size) {
  if (head.size() < kHeadSize) return true;
  const std::uint32_t stored = read_be16(head, 16);
  const std::uint64_t page = stored == 1 ? 65536 : stored;
  const bool counted = read_be32(head, 24) == read_be32(head, 92);
  return counted && size < page * read_be32(head, 28);
}

// Nothing when it is whole; else what SQLite says of it.
std::string damage(RawDatabase& database, bool read_whole) {
  if (!read_whole) {
    const auto tables = database.ask("SELECT count(*) FROM sqlite_schema");
    return tables ? std::string() : tables.error().message();
  }
  const auto verdict = database.ask("PRAGMA quick_check(1)");
  if (!verdict) return verdict.error().message();
  return *verdict == "ok" ? std::string() : *verdict;
}

}  // namespace

std::string reading_uri(const fs::path& file) {
  std::string path;
  for (const auto& step : fs::absolute(file).lexically_normal()) {
    if (step != "/") path += '/' + percent_encode(step.string());
  }
  // Without a log SQLite need not, and then shall not, make its two helper files.
  return "file://" + path + (has_log(file) ? "?mode=ro" : "?immutable=1");
}

Result<int> inspect(const fs::path& file, Inspected role, std::uint64_t read_up_to) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0 && errno == ENOENT) return 0;
  if (!S_ISREG(status.st_mode)) return refuse(file, "is no ordinary file", role);
  if (status.st_size == 0) return 0;
  GW_TRY(const auto head, read_head(file));
  if (!head.starts_with(kMagic)) return refuse(file, "is no database", role);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (!has_log(file) && is_cut_short(head, size))
    return refuse(file, "is damaged (its end is missing)", role);

  RawDatabase database(reading_uri(file), SQLITE_OPEN_READONLY);
  const auto owner = pragma_number(database, "PRAGMA application_id");
  const auto version = pragma_number(database, "PRAGMA user_version");
  if (owner && version && *owner != kApplicationId)
    return refuse(file, "is the database of another program", role);
  if (version && *version > newest_version()) return refuse_newer(file, *version, role);
  if (const auto found = damage(database, size <= read_up_to); !version || !found.empty()) {
    return refuse(file, fmt::format("is damaged ({})", found), role);
  }
  return static_cast<int>(*version);
}

}  // namespace gw::records
