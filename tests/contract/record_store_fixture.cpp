#include "tests/contract/record_store_fixture.hpp"

namespace gw::test {
namespace {

void expect_same(const std::optional<Error>& actual, const std::optional<Error>& expected) {
  ASSERT_EQ(actual.has_value(), expected.has_value());
  if (!actual) return;
  EXPECT_EQ(actual->kind(), expected->kind());
  EXPECT_EQ(actual->message(), expected->message());
  EXPECT_EQ(actual->detail(), expected->detail());
  EXPECT_EQ(actual->param(), expected->param());
  EXPECT_EQ(actual->code(), expected->code());
  EXPECT_EQ(actual->retry_after(), expected->retry_after());
  EXPECT_EQ(actual->retry_useless(), expected->retry_useless());
}

void expect_same(const StoredPicture& actual, const StoredPicture& expected) {
  EXPECT_EQ(actual.id, expected.id);
  EXPECT_EQ(actual.format, expected.format);
  EXPECT_EQ(actual.size, expected.size);
  EXPECT_EQ(actual.written, expected.written);
}

void expect_same(const InputRow& actual, const InputRow& expected) {
  EXPECT_EQ(actual.role, expected.role);
  EXPECT_EQ(actual.blob, expected.blob);
  EXPECT_EQ(actual.format, expected.format);
  EXPECT_EQ(actual.size, expected.size);
  EXPECT_EQ(actual.digest, expected.digest);
  EXPECT_EQ(actual.bytes, expected.bytes);
}

void expect_same(const RequestInfo& actual, const RequestInfo& expected) {
  EXPECT_EQ(actual.id, expected.id);
  EXPECT_EQ(actual.owner, expected.owner);
  EXPECT_EQ(actual.end_user, expected.end_user);
  EXPECT_EQ(actual.safety_identifier, expected.safety_identifier);
  EXPECT_EQ(actual.kind, expected.kind);
  EXPECT_EQ(actual.durability, expected.durability);
  EXPECT_EQ(actual.keeping, expected.keeping);
  EXPECT_EQ(actual.model, expected.model);
  EXPECT_EQ(actual.provider, expected.provider);
  EXPECT_EQ(actual.prompt, expected.prompt);
  EXPECT_EQ(actual.style, expected.style);
  EXPECT_EQ(actual.revised_prompt, expected.revised_prompt);
  EXPECT_EQ(actual.quality, expected.quality);
  EXPECT_EQ(actual.n, expected.n);
  EXPECT_EQ(actual.output.format, expected.output.format);
  EXPECT_EQ(actual.output.compression, expected.output.compression);
  EXPECT_EQ(actual.output.background, expected.output.background);
  EXPECT_EQ(actual.form, expected.form);
  EXPECT_EQ(actual.ignored, expected.ignored);
  ASSERT_EQ(actual.route != nullptr, expected.route != nullptr);
  if (actual.route) EXPECT_EQ(*actual.route, *expected.route);
  EXPECT_EQ(actual.created, expected.created);
}

void expect_same(const ImageOrder& actual, const ImageOrder& expected) {
  EXPECT_EQ(actual.upstream_model, expected.upstream_model);
  EXPECT_EQ(actual.prompt, expected.prompt);
  EXPECT_EQ(actual.negative_prompt, expected.negative_prompt);
  EXPECT_EQ(actual.size, expected.size);
  EXPECT_EQ(actual.steps, expected.steps);
  EXPECT_EQ(actual.quality, expected.quality);
  EXPECT_EQ(actual.transparent, expected.transparent);
}

}  // namespace

WallTime at(int seconds) {
  // With a fraction: what a store rounds does not come back equal.
  return WallTime(std::chrono::seconds(1'790'000'000 + seconds) + std::chrono::nanoseconds(17));
}

Sha256 digest(std::uint8_t seed) {
  Sha256 value{};
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<std::uint8_t>(seed + 9 * i);
  return value;
}

RequestRow full_request(const std::string& id, WallTime created) {
  RequestRow row;
  row.info.id = {id};
  row.info.owner = kOwner;
  row.info.end_user = "user-1";
  row.info.safety_identifier = "child \"1\"";
  row.info.kind = RequestKind::edit;
  row.info.durability = Durability::durable;
  row.info.keeping = Keeping::deliver_only;
  row.info.model = "dall-e-3";
  row.info.provider = "demo";
  row.info.prompt = "a cat\0 with a NUL, 一只猫, ' and \"" + std::string(1, '\0');
  row.info.style = "anime";
  row.info.revised_prompt = "anime style, a cat";
  row.info.quality = Quality::high;
  row.info.n = 3;
  row.info.output.format = ImageFormat::webp;
  row.info.output.compression = 0;
  row.info.output.background = Background::transparent;
  row.info.form = ResponseForm::both;
  row.info.ignored = {"user", "a \"b\""};
  const RouteNote note{RouteStrategy::fastest, {{"openai", "gpt-image-1", "slower: 9.5 s"}}};
  row.info.route = std::make_shared<const RouteNote>(note);
  row.info.created = created;
  row.caller = {"owner-a\n user-1"};
  row.host = {"upstream.example.com:443"};
  row.typical_duration = std::chrono::seconds(77);
  row.fingerprint = digest(1);
  row.idempotency_key = "key-of-" + id;
  row.order.upstream_model = "Qwen-Image";
  row.order.prompt = "anime style, a cat";
  row.order.negative_prompt = "dogs";
  row.order.size = {1024, 768};
  row.order.steps = 20;
  row.order.quality = Quality::hd;
  row.order.transparent = true;
  row.inputs = {{InputRow::Role::reference, "in1.png", ImageFormat::png, {10, 20}, digest(2), 5},
                {InputRow::Role::retouch_mask,
                 "in2.webp",
                 ImageFormat::webp,
                 {30, 40},
                 digest(3),
                 1ULL << 40}};
  return row;
}

TryRecord full_attempt(int number) {
  return {.number = number,
          .provider = "dreamifly",
          .account = {"acc_a"},
          .outcome = "upstream_busy",
          .status = 429,
          .detail = "for the \"log\"",
          .sent = true,
          .points = 6,
          .started = at(number),
          .ended = at(number + 1)};
}

TaskRow full_task(std::uint64_t id, const std::string& request, TaskState state) {
  TaskRow row;
  row.id = {id};
  row.request = {request};
  row.durability = Durability::durable;
  row.host = {"upstream.example.com:443"};
  row.index = 0;
  row.seed = ~0ULL - id;  // over 63 bits
  row.state = state;
  row.tries = 2;
  row.picture = {"pic" + std::to_string(id)};
  row.size = {1024, 768};
  row.admitted = at(1);
  if (state != TaskState::queued) row.sent = at(2);
  if (is_final(state)) row.settled = at(3);
  return row;
}

PictureRow full_picture(const std::string& id, WallTime made) {
  PictureRow row;
  row.file = {{id}, ImageFormat::jpeg, 5'000'000'000, made};
  row.owner = kOwner;
  row.end_user = "user-1";
  row.request = {"req1"};
  row.index = 2;
  row.kind = RequestKind::variation;
  row.model = "dall-e-3";
  row.provider = "demo";
  row.prompt = "a lighthouse at dusk";
  row.revised_prompt = "oil painting of a lighthouse";
  row.negative_prompt = "people";
  row.style = "oil";
  row.seed = ~0ULL;
  row.size = {1024, 1536};
  row.steps = 9;
  row.quality = Quality::low;
  row.cache_key = digest(7);
  return row;
}

AnswerRow full_answer(const std::string& key, int index) {
  return {kOwner, key, index, digest(4), {"pic" + std::to_string(index)}, ~0ULL - 1, at(5)};
}

std::vector<std::string> RecordStoreContract::found(PictureQuery query) {
  query.owner = kOwner;
  return ids(get(store().pictures(std::move(query))).pictures);
}

std::vector<std::string> RecordStoreContract::search(const std::string& text) {
  PictureQuery query;
  query.text = text;
  return found(std::move(query));
}

std::vector<std::string> ids(const std::vector<PictureRow>& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.file.id.value);
  return names;
}

std::vector<std::string> ids(const std::vector<PictureId>& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.value);
  return names;
}

std::vector<std::string> ids(const std::vector<JobRecord>& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.request.info.id.value);
  return names;
}

void expect_same(const RequestRow& actual, const RequestRow& expected) {
  expect_same(actual.info, expected.info);
  expect_same(actual.order, expected.order);
  EXPECT_EQ(actual.caller, expected.caller);
  EXPECT_EQ(actual.host, expected.host);
  EXPECT_EQ(actual.typical_duration, expected.typical_duration);
  EXPECT_EQ(actual.fingerprint, expected.fingerprint);
  EXPECT_EQ(actual.idempotency_key, expected.idempotency_key);
  ASSERT_EQ(actual.inputs.size(), expected.inputs.size());
  for (std::size_t i = 0; i < actual.inputs.size(); ++i)
    expect_same(actual.inputs[i], expected.inputs[i]);
}

void expect_same(const TaskRow& actual, const TaskRow& expected) {
  EXPECT_EQ(actual.id, expected.id);
  EXPECT_EQ(actual.request, expected.request);
  EXPECT_EQ(actual.durability, expected.durability);
  EXPECT_EQ(actual.host, expected.host);
  EXPECT_EQ(actual.index, expected.index);
  EXPECT_EQ(actual.seed, expected.seed);
  EXPECT_EQ(actual.state, expected.state);
  EXPECT_EQ(actual.tries, expected.tries);
  EXPECT_EQ(actual.picture, expected.picture);
  ASSERT_EQ(actual.stored.has_value(), expected.stored.has_value());
  if (actual.stored) expect_same(*actual.stored, *expected.stored);
  EXPECT_EQ(actual.size, expected.size);
  expect_same(actual.error, expected.error);
  EXPECT_EQ(actual.attempts, expected.attempts);
  EXPECT_EQ(actual.admitted, expected.admitted);
  EXPECT_EQ(actual.sent, expected.sent);
  EXPECT_EQ(actual.settled, expected.settled);
}

void expect_same(const PictureRow& actual, const PictureRow& expected) {
  expect_same(actual.file, expected.file);
  EXPECT_EQ(actual.owner, expected.owner);
  EXPECT_EQ(actual.end_user, expected.end_user);
  EXPECT_EQ(actual.request, expected.request);
  EXPECT_EQ(actual.index, expected.index);
  EXPECT_EQ(actual.kind, expected.kind);
  EXPECT_EQ(actual.model, expected.model);
  EXPECT_EQ(actual.provider, expected.provider);
  EXPECT_EQ(actual.prompt, expected.prompt);
  EXPECT_EQ(actual.revised_prompt, expected.revised_prompt);
  EXPECT_EQ(actual.negative_prompt, expected.negative_prompt);
  EXPECT_EQ(actual.style, expected.style);
  EXPECT_EQ(actual.seed, expected.seed);
  EXPECT_EQ(actual.size, expected.size);
  EXPECT_EQ(actual.steps, expected.steps);
  EXPECT_EQ(actual.quality, expected.quality);
  EXPECT_EQ(actual.cache_key, expected.cache_key);
  EXPECT_EQ(actual.favourite, expected.favourite);
  EXPECT_EQ(actual.deleted, expected.deleted);
}

void expect_same(const AnswerRow& actual, const AnswerRow& expected) {
  EXPECT_EQ(actual.owner, expected.owner);
  EXPECT_EQ(actual.idempotency_key, expected.idempotency_key);
  EXPECT_EQ(actual.index, expected.index);
  EXPECT_EQ(actual.fingerprint, expected.fingerprint);
  EXPECT_EQ(actual.picture, expected.picture);
  EXPECT_EQ(actual.seed, expected.seed);
  EXPECT_EQ(actual.written, expected.written);
}

}  // namespace gw::test
