// The tables' columns, each named once, and how our rows go into them and come out again.
#pragma once

#include "core/ports/record_store.hpp"
#include "storage/records/cell.hpp"

namespace gw::records {

struct TaskCells {
  Number id;
  Text request, durability, host;
  Number index, seed;
  Text state;
  Number tries;
  Text picture, stored_picture, stored_format;  // stored_…: NULL when nothing was kept
  Number stored_bytes, stored_at;
  Number width, height;
  Text error, attempts;
  Number admitted, sent, settled;

  template <class F>
  void each(F&& f) {
    f("id", id), f("request", request), f("durability", durability), f("host", host);
    f("position", index), f("seed", seed), f("state", state), f("tries", tries);
    f("picture", picture), f("stored_picture", stored_picture), f("stored_format", stored_format);
    f("stored_bytes", stored_bytes), f("stored_at", stored_at);
    f("width", width), f("height", height), f("error", error);
    f("attempts", attempts);
    f("admitted", admitted), f("sent", sent), f("settled", settled);
  }
  void take(const TaskRow& row);
  TaskRow give() const;
};

struct RequestCells {
  Text id, owner, end_user, safety_identifier, caller, host, idempotency_key;
  Number created;
  Text kind, durability, keeping, model, provider;
  Text prompt, style, revised_prompt, quality, form, ignored;
  Number n;
  Text format, background;
  Number compression, typical_seconds;
  Text fingerprint;
  Text order_model, order_prompt, order_negative_prompt, order_quality;
  Number order_width, order_height, order_steps, order_transparent;
  Text inputs, route;

  template <class F>
  void each(F&& f) {
    f("id", id), f("owner", owner), f("end_user", end_user);
    f("safety_identifier", safety_identifier), f("caller", caller), f("host", host);
    f("idempotency_key", idempotency_key), f("created", created), f("kind", kind);
    f("durability", durability), f("keeping", keeping), f("model", model), f("provider", provider);
    f("prompt", prompt), f("style", style), f("revised_prompt", revised_prompt);
    f("quality", quality), f("form", form), f("ignored", ignored), f("n", n), f("format", format);
    f("background", background), f("compression", compression);
    f("typical_seconds", typical_seconds), f("fingerprint", fingerprint);
    f("order_model", order_model), f("order_prompt", order_prompt);
    f("order_negative_prompt", order_negative_prompt), f("order_quality", order_quality);
    f("order_width", order_width), f("order_height", order_height), f("order_steps", order_steps);
    f("order_transparent", order_transparent), f("inputs", inputs), f("route", route);
  }
  void take(const RequestRow& row);
  RequestRow give() const;
};

struct PictureCells {
  Text id, owner, end_user, request;
  Number index;
  Text kind, model, provider;
  Text prompt, revised_prompt, negative_prompt, style;
  Number seed;
  Text format;
  Number bytes, made, width, height, steps;
  Text quality, cache_key;
  Number favourite, deleted;

  template <class F>
  void each(F&& f) {
    f("id", id), f("owner", owner), f("end_user", end_user), f("request", request);
    f("position", index), f("kind", kind), f("model", model), f("provider", provider);
    f("prompt", prompt), f("revised_prompt", revised_prompt);
    f("negative_prompt", negative_prompt), f("style", style), f("seed", seed), f("format", format);
    f("bytes", bytes), f("made", made), f("width", width), f("height", height), f("steps", steps);
    f("quality", quality), f("cache_key", cache_key), f("favourite", favourite);
    f("deleted", deleted);
  }
  void take(const PictureRow& row);
  PictureRow give() const;
};

struct AnswerCells {
  Text owner, idempotency_key;
  Number index;
  Text fingerprint, picture;
  Number seed, written;

  template <class F>
  void each(F&& f) {
    f("owner", owner), f("idempotency_key", idempotency_key), f("position", index);
    f("fingerprint", fingerprint), f("picture", picture), f("seed", seed), f("written", written);
  }
  void take(const AnswerRow& row);
  AnswerRow give() const;
};

}  // namespace gw::records
