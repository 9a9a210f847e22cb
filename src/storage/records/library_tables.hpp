// Pictures, their prompts, and the answers that may be given again. Called inside a transaction;
// throws soci_error.
#pragma once

#include "core/ports/record_store.hpp"
#include "storage/records/connection.hpp"
#include "storage/records/cursor.hpp"
#include "storage/records/search.hpp"

#include <optional>
#include <vector>

namespace gw::records {

void put_library(Connection& db, const RecordBatch& batch);

std::vector<AnswerRow> read_answers(Connection& db, const CallerId& owner,
                                    const std::string& idempotency_key);
std::optional<PictureRow> read_cached(Connection& db, const CallerId& owner, const Sha256& key);
std::optional<PictureRow> read_picture(Connection& db, const CallerId& owner, const PictureId& id);
PicturePage read_pictures(Connection& db, const PictureQuery& query, const Cursor& after,
                          const Search& search);
std::vector<PictureId> read_favourites(Connection& db);
std::vector<PictureId> read_deleted(Connection& db, WallTime before);

bool set_favourite(Connection& db, const CallerId& owner, const PictureId& id, bool favourite);
bool delete_picture(Connection& db, const CallerId& owner, const PictureId& id, WallTime at);
bool restore_picture(Connection& db, const CallerId& owner, const PictureId& id);
void forget_pictures(Connection& db, const std::vector<PictureId>& ids);
std::vector<PictureId> erase_pictures(Connection& db, const CallerId& owner,
                                      const std::optional<std::string>& end_user);
void sweep_answers(Connection& db, WallTime before);

}  // namespace gw::records
