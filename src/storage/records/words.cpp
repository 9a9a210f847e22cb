#include "storage/records/words.hpp"

#include <algorithm>
#include <array>

namespace gw::records {
namespace {

using namespace std::string_view_literals;

// In the order of the enumerations. Never change a word: it is in people's files.
constexpr std::array kDurabilities{"ephemeral"sv, "durable"sv};
constexpr std::array kKeepings{"keep"sv, "deliver_only"sv};
constexpr std::array kKinds{"generation"sv, "edit"sv, "variation"sv};
constexpr std::array kQualities{"auto"sv, "standard"sv, "low"sv,   "medium"sv,
                                "high"sv, "hd"sv,       "xhigh"sv, "max"sv};
constexpr std::array kBackgrounds{"auto"sv, "opaque"sv, "transparent"sv};
constexpr std::array kForms{"unset"sv, "url"sv, "b64_json"sv, "both"sv};
constexpr std::array kFormats{"png"sv, "jpeg"sv, "webp"sv, "gif"sv};
constexpr std::array kStates{"queued"sv, "parked"sv, "leased"sv,    "sent"sv,   "saving"sv,
                             "done"sv,   "failed"sv, "cancelled"sv, "unknown"sv};
constexpr std::array kStatuses{"queued"sv, "running"sv,   "succeeded"sv, "partly_succeeded"sv,
                               "failed"sv, "cancelled"sv, "unknown"sv};
constexpr std::array kAccountStates{"ready"sv,         "busy"sv,   "cooling"sv,         "resting"sv,
                                    "needs_sign_in"sv, "banned"sv, "needs_clearance"sv, "off"sv};

constexpr const auto& words(Durability) {
  return kDurabilities;
}
constexpr const auto& words(Keeping) {
  return kKeepings;
}
constexpr const auto& words(RequestKind) {
  return kKinds;
}
constexpr const auto& words(Quality) {
  return kQualities;
}
constexpr const auto& words(Background) {
  return kBackgrounds;
}
constexpr const auto& words(ResponseForm) {
  return kForms;
}
constexpr const auto& words(ImageFormat) {
  return kFormats;
}
constexpr const auto& words(TaskState) {
  return kStates;
}
constexpr const auto& words(JobStatus) {
  return kStatuses;
}
constexpr const auto& words(AccountState) {
  return kAccountStates;
}

template <class Enum>
std::string word_of(Enum value) {
  return std::string(words(value).at(static_cast<std::size_t>(value)));
}

}  // namespace

std::string word(TaskState state) {
  return word_of(state);
}
std::string word(JobStatus status) {
  return word_of(status);
}
std::string word(Durability durability) {
  return word_of(durability);
}
std::string word(Keeping keeping) {
  return word_of(keeping);
}
std::string word(RequestKind kind) {
  return word_of(kind);
}
std::string word(Quality quality) {
  return word_of(quality);
}
std::string word(Background background) {
  return word_of(background);
}
std::string word(ResponseForm form) {
  return word_of(form);
}
std::string word(ImageFormat format) {
  return word_of(format);
}
std::string word(AccountState state) {
  return word_of(state);
}

template <class Enum>
Enum from_word(std::string_view text) {
  const auto& all = words(Enum{});
  const auto found = std::ranges::find(all, text);
  return found == all.end() ? Enum{} : static_cast<Enum>(found - all.begin());
}

template TaskState from_word<TaskState>(std::string_view);
template Durability from_word<Durability>(std::string_view);
template Keeping from_word<Keeping>(std::string_view);
template RequestKind from_word<RequestKind>(std::string_view);
template Quality from_word<Quality>(std::string_view);
template Background from_word<Background>(std::string_view);
template ResponseForm from_word<ResponseForm>(std::string_view);
template ImageFormat from_word<ImageFormat>(std::string_view);
template AccountState from_word<AccountState>(std::string_view);

long long number(WallTime time) {
  return std::chrono::nanoseconds(time.time_since_epoch()).count();
}

std::optional<long long> number(std::optional<WallTime> time) {
  return time ? std::optional(number(*time)) : std::nullopt;
}

WallTime wall_time(long long number) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::nanoseconds(number)));
}

std::optional<WallTime> wall_time(std::optional<long long> number) {
  return number ? std::optional(wall_time(*number)) : std::nullopt;
}

Sha256 digest_of(std::string_view hex) {
  Sha256 digest{};
  constexpr auto kDigits = "0123456789abcdef"sv;
  if (hex.size() != digest.size() * 2 || hex.find_first_not_of(kDigits) != hex.npos) return digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] =
        static_cast<std::uint8_t>(kDigits.find(hex[2 * i]) << 4 | kDigits.find(hex[2 * i + 1]));
  }
  return digest;
}

}  // namespace gw::records
