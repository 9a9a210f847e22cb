#include "storage/records/schema.hpp"

#include <fmt/format.h>

#include <array>

namespace gw::records {
namespace {

// 1: the journal of the engine, and the jobs that are read from it. `status` and `ended` follow
// from a job's tasks and are there to be searched; `removed` jobs go when they are over.
constexpr const char* kJournal = R"sql(
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES ('last_task', 0), ('syncs', 0);

CREATE TABLE requests (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, end_user TEXT NOT NULL, caller TEXT NOT NULL,
  host TEXT NOT NULL, idempotency_key TEXT NOT NULL, created INTEGER NOT NULL, kind TEXT NOT NULL,
  durability TEXT NOT NULL, keeping TEXT NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL,
  prompt TEXT NOT NULL, style TEXT NOT NULL, revised_prompt TEXT NOT NULL, quality TEXT,
  form TEXT NOT NULL, ignored TEXT NOT NULL, n INTEGER NOT NULL, format TEXT,
  background TEXT NOT NULL, compression INTEGER, typical_seconds INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, order_model TEXT NOT NULL, order_prompt TEXT NOT NULL,
  order_negative_prompt TEXT NOT NULL, order_quality TEXT NOT NULL, order_width INTEGER NOT NULL,
  order_height INTEGER NOT NULL, order_steps INTEGER NOT NULL, order_transparent INTEGER NOT NULL,
  inputs TEXT NOT NULL,
  status TEXT, ended INTEGER, removed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX requests_by_owner ON requests (owner, created, id);
CREATE INDEX requests_by_status ON requests (owner, status, created, id);
CREATE INDEX requests_by_key ON requests (owner, idempotency_key, created)
  WHERE idempotency_key <> '';
CREATE INDEX requests_by_end ON requests (ended);
CREATE INDEX requests_with_inputs ON requests (id) WHERE inputs <> '[]';

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY, request TEXT NOT NULL, durability TEXT NOT NULL, host TEXT NOT NULL,
  position INTEGER NOT NULL, seed INTEGER NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL,
  picture TEXT NOT NULL, stored_picture TEXT, stored_format TEXT, stored_bytes INTEGER,
  stored_at INTEGER, width INTEGER NOT NULL, height INTEGER NOT NULL, error TEXT,
  admitted INTEGER, sent INTEGER, settled INTEGER);
CREATE INDEX tasks_of_job ON tasks (request, position, id) WHERE durability = 'durable';
CREATE INDEX tasks_open ON tasks (id) WHERE state IN ('queued', 'sent');
CREATE INDEX tasks_unknown ON tasks (sent) WHERE state = 'unknown';
)sql";

// 2: the library with its full-text index (any substring of three characters and more, any script),
// and what an Idempotency-Key stands for.
constexpr const char* kLibrary = R"sql(
CREATE TABLE pictures (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, end_user TEXT NOT NULL,
  request TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL,
  provider TEXT NOT NULL, prompt TEXT NOT NULL, revised_prompt TEXT NOT NULL,
  negative_prompt TEXT NOT NULL, style TEXT NOT NULL, seed INTEGER NOT NULL, format TEXT NOT NULL,
  bytes INTEGER NOT NULL, made INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
  steps INTEGER NOT NULL, quality TEXT, cache_key TEXT, favourite INTEGER NOT NULL,
  deleted INTEGER);
CREATE INDEX pictures_by_owner
  ON pictures (owner, made, id, deleted, favourite, kind, model, end_user);
CREATE INDEX pictures_by_cache_key ON pictures (owner, cache_key, made)
  WHERE cache_key IS NOT NULL;
CREATE INDEX pictures_deleted ON pictures (deleted) WHERE deleted IS NOT NULL;
CREATE INDEX pictures_favourite ON pictures (id) WHERE favourite = 1;

CREATE VIRTUAL TABLE prompts USING fts5 (
  prompt, revised_prompt, content = 'pictures', content_rowid = 'number', columnsize = 0,
  tokenize = 'trigram');
CREATE TRIGGER pictures_inserted AFTER INSERT ON pictures BEGIN
  INSERT INTO prompts (rowid, prompt, revised_prompt)
    VALUES (new.number, new.prompt, new.revised_prompt);
END;
CREATE TRIGGER pictures_removed AFTER DELETE ON pictures BEGIN
  INSERT INTO prompts (prompts, rowid, prompt, revised_prompt)
    VALUES ('delete', old.number, old.prompt, old.revised_prompt);
END;
CREATE TRIGGER pictures_changed AFTER UPDATE OF prompt, revised_prompt ON pictures
  WHEN old.prompt <> new.prompt OR old.revised_prompt <> new.revised_prompt BEGIN
  INSERT INTO prompts (prompts, rowid, prompt, revised_prompt)
    VALUES ('delete', old.number, old.prompt, old.revised_prompt);
  INSERT INTO prompts (rowid, prompt, revised_prompt)
    VALUES (new.number, new.prompt, new.revised_prompt);
END;

CREATE TABLE answers (
  owner TEXT NOT NULL, idempotency_key TEXT NOT NULL, position INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, picture TEXT NOT NULL, seed INTEGER NOT NULL,
  written INTEGER NOT NULL,
  PRIMARY KEY (owner, idempotency_key, position)) WITHOUT ROWID;
CREATE INDEX answers_by_age ON answers (written);
CREATE INDEX answers_by_picture ON answers (picture);
)sql";

// 3: upstream accounts, with everything secret sealed; what became of each try of a task; which way
// a request went and whom it was for.
constexpr const char* kAccounts = R"sql(
CREATE TABLE accounts (
  id TEXT PRIMARY KEY, provider TEXT NOT NULL, label TEXT NOT NULL, sealed TEXT NOT NULL,
  weight INTEGER NOT NULL, parallel INTEGER NOT NULL, models TEXT NOT NULL,
  enabled INTEGER NOT NULL);
CREATE TABLE account_memories (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, until INTEGER,
  points INTEGER, drawn_today INTEGER, daily_limit INTEGER, allowance_read INTEGER);
CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed TEXT NOT NULL);

ALTER TABLE tasks ADD COLUMN attempts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE requests ADD COLUMN route TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN safety_identifier TEXT NOT NULL DEFAULT '';
)sql";

// 4: routes that the operator gave to names while the gateway ran.
constexpr const char* kRoutes = R"sql(
CREATE TABLE model_routes (
  name TEXT NOT NULL, position INTEGER NOT NULL, strategy TEXT NOT NULL, model TEXT NOT NULL,
  priority INTEGER NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (name, position)) WITHOUT ROWID;
)sql";

constexpr std::array kSteps{kJournal, kLibrary, kAccounts, kRoutes};

}  // namespace

int newest_version() {
  return static_cast<int>(kSteps.size());
}

void migrate(Connection& connection, int version) {
  for (auto step = connection.pragma("user_version"); step < version; ++step) {
    connection.transaction([&] {
      connection.execute(kSteps.at(static_cast<std::size_t>(step)));
      const auto mark = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                    kApplicationId, step + 1);
      connection.execute(mark.c_str());
    });
  }
}

}  // namespace gw::records
