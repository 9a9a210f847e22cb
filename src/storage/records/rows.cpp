#include "storage/records/rows.hpp"

#include "storage/records/words.hpp"

namespace gw::records {
namespace {

long long bits(std::uint64_t value) {
  return static_cast<long long>(value);
}

std::uint64_t unsigned_bits(const Number& cell) {
  return static_cast<std::uint64_t>(cell.value);
}

int small(const Number& cell) {
  return static_cast<int>(cell.value);
}

ImageSize size_of(const Number& width, const Number& height) {
  return {static_cast<std::uint32_t>(width.value), static_cast<std::uint32_t>(height.value)};
}

template <class Enum>
std::optional<std::string> maybe_word(const std::optional<Enum>& value) {
  return value ? std::optional(word(*value)) : std::nullopt;
}

template <class Enum>
std::optional<Enum> maybe_from(const Text& cell) {
  return cell.is_null() ? std::nullopt : std::optional(from_word<Enum>(cell.value));
}

std::optional<StoredPicture> stored_of(const TaskCells& cells) {
  if (cells.stored_picture.is_null()) return std::nullopt;
  StoredPicture stored;
  stored.id = {cells.stored_picture.value};
  stored.format = from_word<ImageFormat>(cells.stored_format.value);
  stored.size = unsigned_bits(cells.stored_bytes);
  stored.written = wall_time(cells.stored_at.value);
  return stored;
}

void take_stored(TaskCells& cells, const std::optional<StoredPicture>& stored) {
  cells.stored_picture.set(stored ? std::optional(stored->id.value) : std::nullopt);
  cells.stored_format.set(stored ? std::optional(word(stored->format)) : std::nullopt);
  cells.stored_bytes.set(stored ? std::optional(bits(stored->size)) : std::nullopt);
  cells.stored_at.set(stored ? std::optional(number(stored->written)) : std::nullopt);
}

void take_info(RequestCells& cells, const RequestInfo& info) {
  cells.id.set(info.id.value);
  cells.owner.set(info.owner.value);
  cells.end_user.set(info.end_user);
  cells.safety_identifier.set(info.safety_identifier);
  cells.created.set(number(info.created));
  cells.kind.set(word(info.kind));
  cells.durability.set(word(info.durability));
  cells.keeping.set(word(info.keeping));
  cells.model.set(info.model);
  cells.provider.set(info.provider);
  cells.prompt.set(info.prompt);
  cells.style.set(info.style);
  cells.revised_prompt.set(info.revised_prompt);
  cells.quality.set(maybe_word(info.quality));
  cells.form.set(word(info.form));
  cells.ignored.set(pack(info.ignored));
  cells.route.set(pack(info.route));
  cells.n.set(info.n);
  cells.format.set(maybe_word(info.output.format));
  cells.background.set(word(info.output.background));
  cells.compression.set(info.output.compression ? std::optional<long long>(*info.output.compression)
                                                : std::nullopt);
}

RequestInfo give_info(const RequestCells& cells) {
  RequestInfo info;
  info.id = {cells.id.value};
  info.owner = {cells.owner.value};
  info.end_user = cells.end_user.value;
  info.safety_identifier = cells.safety_identifier.value;
  info.created = wall_time(cells.created.value);
  info.kind = from_word<RequestKind>(cells.kind.value);
  info.durability = from_word<Durability>(cells.durability.value);
  info.keeping = from_word<Keeping>(cells.keeping.value);
  info.model = cells.model.value;
  info.provider = cells.provider.value;
  info.prompt = cells.prompt.value;
  info.style = cells.style.value;
  info.revised_prompt = cells.revised_prompt.value;
  info.quality = maybe_from<Quality>(cells.quality);
  info.form = from_word<ResponseForm>(cells.form.value);
  info.ignored = unpack_list(cells.ignored.value);
  info.route = unpack_route(cells.route.value);
  info.n = small(cells.n);
  info.output.format = maybe_from<ImageFormat>(cells.format);
  info.output.background = from_word<Background>(cells.background.value);
  if (!cells.compression.is_null()) info.output.compression = small(cells.compression);
  return info;
}

void take_order(RequestCells& cells, const ImageOrder& order) {
  cells.order_model.set(order.upstream_model);
  cells.order_prompt.set(order.prompt);
  cells.order_negative_prompt.set(order.negative_prompt);
  cells.order_quality.set(word(order.quality));
  cells.order_width.set(order.size.width);
  cells.order_height.set(order.size.height);
  cells.order_steps.set(order.steps);
  cells.order_transparent.set(order.transparent ? 1 : 0);
}

ImageOrder give_order(const RequestCells& cells) {
  ImageOrder order;
  order.upstream_model = cells.order_model.value;
  order.prompt = cells.order_prompt.value;
  order.negative_prompt = cells.order_negative_prompt.value;
  order.quality = from_word<Quality>(cells.order_quality.value);
  order.size = size_of(cells.order_width, cells.order_height);
  order.steps = small(cells.order_steps);
  order.transparent = cells.order_transparent.value != 0;
  return order;
}

}  // namespace

void TaskCells::take(const TaskRow& row) {
  id.set(bits(row.id.value));
  request.set(row.request.value);
  durability.set(word(row.durability));
  host.set(row.host.value);
  index.set(row.index);
  seed.set(bits(row.seed));
  state.set(word(row.state));
  tries.set(row.tries);
  picture.set(row.picture.value);
  take_stored(*this, row.stored);
  width.set(row.size.width);
  height.set(row.size.height);
  error.set(pack(row.error));
  attempts.set(pack(row.attempts));
  admitted.set(number(row.admitted));
  sent.set(number(row.sent));
  settled.set(number(row.settled));
}

TaskRow TaskCells::give() const {
  TaskRow row;
  row.id = {unsigned_bits(id)};
  row.request = {request.value};
  row.durability = from_word<Durability>(durability.value);
  row.host = {host.value};
  row.index = small(index);
  row.seed = unsigned_bits(seed);
  row.state = from_word<TaskState>(state.value);
  row.tries = small(tries);
  row.picture = {picture.value};
  row.stored = stored_of(*this);
  row.size = size_of(width, height);
  if (!error.is_null()) row.error = unpack_error(error.value);
  row.attempts = unpack_attempts(attempts.value);
  row.admitted = wall_time(admitted.maybe());
  row.sent = wall_time(sent.maybe());
  row.settled = wall_time(settled.maybe());
  return row;
}

void RequestCells::take(const RequestRow& row) {
  take_info(*this, row.info);
  take_order(*this, row.order);
  caller.set(row.caller.value);
  host.set(row.host.value);
  idempotency_key.set(row.idempotency_key);
  typical_seconds.set(row.typical_duration.count());
  fingerprint.set(hex(row.fingerprint));
  inputs.set(pack(row.inputs));
}

RequestRow RequestCells::give() const {
  RequestRow row;
  row.info = give_info(*this);
  row.order = give_order(*this);
  row.caller = {caller.value};
  row.host = {host.value};
  row.idempotency_key = idempotency_key.value;
  row.typical_duration = std::chrono::seconds(typical_seconds.value);
  row.fingerprint = digest_of(fingerprint.value);
  row.inputs = unpack_inputs(inputs.value);
  return row;
}

void PictureCells::take(const PictureRow& row) {
  id.set(row.file.id.value);
  owner.set(row.owner.value);
  end_user.set(row.end_user);
  request.set(row.request.value);
  index.set(row.index);
  kind.set(word(row.kind));
  model.set(row.model);
  provider.set(row.provider);
  prompt.set(row.prompt);
  revised_prompt.set(row.revised_prompt);
  negative_prompt.set(row.negative_prompt);
  style.set(row.style);
  seed.set(bits(row.seed));
  format.set(word(row.file.format));
  bytes.set(bits(row.file.size));
  made.set(number(row.file.written));
  width.set(row.size.width);
  height.set(row.size.height);
  steps.set(row.steps);
  quality.set(maybe_word(row.quality));
  cache_key.set(row.cache_key ? std::optional(hex(*row.cache_key)) : std::nullopt);
  favourite.set(row.favourite ? 1 : 0);
  deleted.set(number(row.deleted));
}

PictureRow PictureCells::give() const {
  PictureRow row;
  row.file.id = {id.value};
  row.file.format = from_word<ImageFormat>(format.value);
  row.file.size = unsigned_bits(bytes);
  row.file.written = wall_time(made.value);
  row.owner = {owner.value};
  row.end_user = end_user.value;
  row.request = {request.value};
  row.index = small(index);
  row.kind = from_word<RequestKind>(kind.value);
  row.model = model.value;
  row.provider = provider.value;
  row.prompt = prompt.value;
  row.revised_prompt = revised_prompt.value;
  row.negative_prompt = negative_prompt.value;
  row.style = style.value;
  row.seed = unsigned_bits(seed);
  row.size = size_of(width, height);
  row.steps = small(steps);
  row.quality = maybe_from<Quality>(quality);
  if (!cache_key.is_null()) row.cache_key = digest_of(cache_key.value);
  row.favourite = favourite.value != 0;
  row.deleted = wall_time(deleted.maybe());
  return row;
}

void AnswerCells::take(const AnswerRow& row) {
  owner.set(row.owner.value);
  idempotency_key.set(row.idempotency_key);
  index.set(row.index);
  fingerprint.set(hex(row.fingerprint));
  picture.set(row.picture.value);
  seed.set(bits(row.seed));
  written.set(number(row.written));
}

AnswerRow AnswerCells::give() const {
  AnswerRow row;
  row.owner = {owner.value};
  row.idempotency_key = idempotency_key.value;
  row.index = small(index);
  row.fingerprint = digest_of(fingerprint.value);
  row.picture = {picture.value};
  row.seed = unsigned_bits(seed);
  row.written = wall_time(written.value);
  return row;
}

}  // namespace gw::records
