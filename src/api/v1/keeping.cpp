#include "api/v1/keeping.hpp"

#include <string>

namespace gw::api {
namespace {

Error not_here(std::string param, std::string message) {
  return Error::invalid_request(std::move(param), std::move(message))
      .with_code("unsupported_value");
}

// What the client can do about it depends on who has decided.
std::string reason(const GenerationRequest& asked) {
  return asked.store ? "with `store` false nothing is kept"
                     : "this gateway keeps no pictures (STORE_PICTURES=off)";
}

}  // namespace

Result<void> decide_keeping(GenerationRequest& asked, StorePictures operators) {
  if (operators == StorePictures::off && asked.store.value_or(false)) {
    return fail(not_here("store",
                         "`store` true is not possible: this gateway keeps no pictures "
                         "(STORE_PICTURES=off)"));
  }
  const bool kept = operators == StorePictures::on && asked.store.value_or(true);
  asked.keeping = kept ? Keeping::keep : Keeping::deliver_only;
  if (kept) return {};
  if (asked.form == ResponseForm::url) {
    return fail(
        not_here("response_format", "`response_format` url is not possible: " + reason(asked) +
                                        ", and a link would lead nowhere; ask for b64_json"));
  }
  asked.form = ResponseForm::b64_json;
  return {};
}

Result<void> expect_kept(const GenerationRequest& asked) {
  if (asked.keeping == Keeping::keep) return {};
  return fail(not_here("store", "a job is not possible: " + reason(asked) +
                                    ", and its pictures are fetched later; ask without Prefer: "
                                    "respond-async"));
}

}  // namespace gw::api
