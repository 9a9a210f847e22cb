// How our values look in the database: words for enumerations, so that their order in the source
// does not matter; nanoseconds for times; lower-case hex for digests.
#pragma once

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "core/accounts/account.hpp"
#include "core/engine/task_state.hpp"
#include "core/engine/try_record.hpp"
#include "core/generation.hpp"
#include "core/jobs/job.hpp"
#include "core/ports/record_store.hpp"
#include "core/request_info.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::records {

std::string word(TaskState state);
std::string word(JobStatus status);
std::string word(Durability durability);
std::string word(Keeping keeping);
std::string word(RequestKind kind);
std::string word(Quality quality);
std::string word(Background background);
std::string word(ResponseForm form);
std::string word(ImageFormat format);
std::string word(AccountState state);

// A word that no version of ours has written gives the first value: the row was tampered with.
template <class Enum>
Enum from_word(std::string_view text);

long long number(WallTime time);
std::optional<long long> number(std::optional<WallTime> time);
WallTime wall_time(long long number);
std::optional<WallTime> wall_time(std::optional<long long> number);

Sha256 digest_of(std::string_view hex);  // zeros when it is none

// Small structures that nothing searches: JSON.
std::string pack(const std::vector<std::string>& list);
std::string pack(const std::vector<InputRow>& inputs);
std::optional<std::string> pack(const std::optional<Error>& error);
std::string pack(const std::vector<TryRecord>& attempts);
Secret pack(const std::map<std::string, Secret>& credentials);
std::string pack(const std::shared_ptr<const RouteNote>& route);  // empty for null
std::vector<std::string> unpack_list(const std::string& json);
std::vector<InputRow> unpack_inputs(const std::string& json);
std::shared_ptr<const RouteNote> unpack_route(const std::string& json);
Error unpack_error(const std::string& json);
std::vector<TryRecord> unpack_attempts(const std::string& json);
std::map<std::string, Secret> unpack_credentials(const Secret& json);

}  // namespace gw::records
