#include "storage/records/library_tables.hpp"

#include "storage/records/rows.hpp"
#include "storage/records/words.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace gw::records {
namespace {

const std::string kPutPicture = upsert<PictureCells>("pictures", "id");
const std::string kPutAnswer = upsert<AnswerCells>("answers", "owner, idempotency_key, position");

const std::string kAnswers = "SELECT " + column_names<AnswerCells>() +
                             " FROM answers WHERE owner = :owner AND idempotency_key = :key"
                             " ORDER BY position";

const std::string kSelect = "SELECT " + column_names<PictureCells>() + " FROM pictures WHERE ";
const std::string kPicture = kSelect + "id = :id AND owner = :owner AND deleted IS NULL";
const std::string kCached = kSelect +
                            "owner = :owner AND cache_key = :key AND cache_key IS NOT NULL"
                            " AND deleted IS NULL ORDER BY made DESC, id DESC LIMIT 1";

// All but the text is answered by the index pictures_by_owner, newest first, before a row is read.
const std::string kPage =
    "owner = :owner AND made >= :from AND (made, id) < (:made, :id) AND deleted IS NULL"
    " AND (:end_user IS NULL OR end_user = :end_user) AND (:model = '' OR model = :model)"
    " AND (:kind IS NULL OR kind = :kind) AND (:favourites = 0 OR favourite = 1)";
// "+": the index above stays in the lead, so that a page of a frequent word ends early.
const std::string kMatch = " AND +number IN (SELECT rowid FROM prompts WHERE prompts MATCH :match)";
const std::string kShorts =
    " AND NOT EXISTS (SELECT 1 FROM json_each(:shorts) AS word"
    " WHERE prompt NOT LIKE word.value ESCAPE '\\'"
    " AND revised_prompt NOT LIKE word.value ESCAPE '\\')";
const std::string kNewestFirst = " ORDER BY made DESC, id DESC LIMIT :limit";

const std::string kAll = kSelect + kPage + kNewestFirst;
const std::string kWithMatch = kSelect + kPage + kMatch + kNewestFirst;
const std::string kWithShorts = kSelect + kPage + kShorts + kNewestFirst;
const std::string kWithBoth = kSelect + kPage + kMatch + kShorts + kNewestFirst;

const std::string kFavourites = "SELECT id FROM pictures WHERE favourite = 1";
const std::string kDeleted =
    "SELECT id FROM pictures WHERE deleted IS NOT NULL AND deleted < :before ORDER BY deleted";

const std::string kSetFavourite =
    "UPDATE pictures SET favourite = :favourite"
    " WHERE id = :id AND owner = :owner AND deleted IS NULL";
const std::string kDelete =
    "UPDATE pictures SET deleted = :at WHERE id = :id AND owner = :owner AND deleted IS NULL";
const std::string kRestore =
    "UPDATE pictures SET deleted = NULL"
    " WHERE id = :id AND owner = :owner AND deleted IS NOT NULL";
const std::string kForget = "DELETE FROM pictures WHERE id = :id";

const std::string kOfOwner = "owner = :owner AND (:any = 1 OR end_user = :end_user)";
const std::string kNamesOfOwner = "SELECT id FROM pictures WHERE " + kOfOwner;
// The full-text index keeps what was deleted until it is merged.
const std::string kMergeIndex = "INSERT INTO prompts (prompts) VALUES ('optimize')";
// What is left names a file that is to go: a crash before it has gone forgets nothing.
const std::string kErasePictures =
    "UPDATE pictures SET owner = '', end_user = '', request = '', prompt = '', revised_prompt = '',"
    " negative_prompt = '', style = '', seed = 0, cache_key = NULL, favourite = 0, deleted = 0"
    " WHERE " +
    kOfOwner;
const std::string kEraseAnswers = "DELETE FROM answers WHERE owner = :owner";
const std::string kEraseAnswersTo = "DELETE FROM answers WHERE picture = :picture";
const std::string kSweepAnswers = "DELETE FROM answers WHERE written < :before";

template <class... P>
std::vector<PictureId> names(Connection& db, const std::string& sql, const P&... parameters) {
  std::vector<PictureId> ids;
  const auto add = [&](const OneText& row) { ids.push_back({row.text.value}); };
  db.select<OneText>(sql, add, parameters...);
  return ids;
}

template <class... P>
std::vector<PictureRow> rows(Connection& db, const std::string& sql, const P&... parameters) {
  std::vector<PictureRow> pictures;
  const auto add = [&](const PictureCells& row) { pictures.push_back(row.give()); };
  db.select<PictureCells>(sql, add, parameters...);
  return pictures;
}

std::optional<PictureRow> only(std::vector<PictureRow> pictures) {
  if (pictures.empty()) return std::nullopt;
  return std::move(pictures.front());
}

// The later of the two ends that a page may have.
Cursor upper_end(const PictureQuery& query, const Cursor& after) {
  if (!query.made_before || number(*query.made_before) > after.time) return after;
  return {number(*query.made_before), ""};
}

std::vector<PictureRow> select_page(Connection& db, const PictureQuery& query, const Cursor& after,
                                    const Search& search, long long limit) {
  const auto end = upper_end(query, after);
  const long long from =
      query.made_from ? number(*query.made_from) : std::numeric_limits<long long>::min();
  const auto kind = query.kind ? std::optional(word(*query.kind)) : std::nullopt;
  const long long favourites = query.favourites ? 1 : 0;
  const auto ask = [&](const std::string& sql, const auto&... text) {
    return rows(db, sql, query.owner.value, from, end.time, end.id, query.end_user, query.model,
                kind, favourites, text..., limit);
  };
  if (search.match.empty() && search.shorts.empty()) return ask(kAll);
  if (search.shorts.empty()) return ask(kWithMatch, search.match);
  if (search.match.empty()) return ask(kWithShorts, search.shorts);
  return ask(kWithBoth, search.match, search.shorts);
}

}  // namespace

void put_library(Connection& db, const RecordBatch& batch) {
  for (const auto& picture : batch.pictures) {
    db.row<PictureCells>(kPutPicture).take(picture);
    db.run<PictureCells>(kPutPicture);
  }
  for (const auto& answer : batch.answers) {
    db.row<AnswerCells>(kPutAnswer).take(answer);
    db.run<AnswerCells>(kPutAnswer);
  }
}

std::vector<AnswerRow> read_answers(Connection& db, const CallerId& owner,
                                    const std::string& idempotency_key) {
  std::vector<AnswerRow> answers;
  const auto add = [&](const AnswerCells& row) { answers.push_back(row.give()); };
  db.select<AnswerCells>(kAnswers, add, owner.value, idempotency_key);
  return answers;
}

std::optional<PictureRow> read_cached(Connection& db, const CallerId& owner, const Sha256& key) {
  return only(rows(db, kCached, owner.value, hex(key)));
}

std::optional<PictureRow> read_picture(Connection& db, const CallerId& owner, const PictureId& id) {
  return only(rows(db, kPicture, id.value, owner.value));
}

PicturePage read_pictures(Connection& db, const PictureQuery& query, const Cursor& after,
                          const Search& search) {
  const long long limit = std::max(query.limit, 1);
  PicturePage page;
  page.pictures = select_page(db, query, after, search, limit + 1);
  if (std::ssize(page.pictures) <= limit) return page;
  page.pictures.pop_back();
  const auto& last = page.pictures.back().file;
  page.next = make_cursor({number(last.written), last.id.value});
  return page;
}

std::vector<PictureId> read_favourites(Connection& db) {
  return names(db, kFavourites);
}

std::vector<PictureId> read_deleted(Connection& db, WallTime before) {
  return names(db, kDeleted, number(before));
}

bool set_favourite(Connection& db, const CallerId& owner, const PictureId& id, bool favourite) {
  const long long flag = favourite ? 1 : 0;
  return db.change(kSetFavourite, flag, id.value, owner.value) > 0;
}

bool delete_picture(Connection& db, const CallerId& owner, const PictureId& id, WallTime at) {
  return db.change(kDelete, number(at), id.value, owner.value) > 0;
}

bool restore_picture(Connection& db, const CallerId& owner, const PictureId& id) {
  return db.change(kRestore, id.value, owner.value) > 0;
}

void forget_pictures(Connection& db, const std::vector<PictureId>& ids) {
  for (const auto& id : ids) db.change(kForget, id.value);
}

std::vector<PictureId> erase_pictures(Connection& db, const CallerId& owner,
                                      const std::optional<std::string>& end_user) {
  const long long any = end_user ? 0 : 1;
  const auto user = end_user.value_or("");
  auto ids = names(db, kNamesOfOwner, owner.value, any, user);
  db.change(kErasePictures, owner.value, any, user);
  if (!end_user) db.change(kEraseAnswers, owner.value);
  for (const auto& id : ids) db.change(kEraseAnswersTo, id.value);
  db.change(kMergeIndex);
  return ids;
}

void sweep_answers(Connection& db, WallTime before) {
  db.change(kSweepAnswers, number(before));
}

}  // namespace gw::records
