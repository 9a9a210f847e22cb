// How to reach one server that speaks the OpenAI Images API, and what it may be asked.
#pragma once

#include "base/secret.hpp"
#include "core/accounts/account.hpp"
#include "core/ports/provider.hpp"
#include "transport/extra_headers.hpp"
#include "transport/proxy.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gw::openai {

// `seed`, `negative_prompt` and `steps` are no part of OpenAI's API; LocalAI and gateways like this
// one know them.
enum class Extensions : std::uint8_t { left_out, passed_on };

struct Options {
  std::string base_url;                   // with or without its /v1 (OPENAI_UPSTREAM_BASE_URL)
  Secret api_key;                         // empty: no Authorization (OPENAI_UPSTREAM_API_KEY)
  AccountId account;                      // whose key that is, see with_key(); empty: nobody's
  std::vector<AccountSettings> accounts;  // further keys; ids and provider are filled in by us
  OnExhausted on_exhausted = OnExhausted::next;  // OPENAI_UPSTREAM_ON_EXHAUSTED
  std::vector<std::string> models;               // the upstream's names of models that draw
                                    // (OPENAI_UPSTREAM_MODELS); empty: found in its own list
  std::size_t concurrency = 4;                   // OPENAI_UPSTREAM_CONCURRENCY_LIMIT
  Extensions extensions = Extensions::left_out;  // OPENAI_UPSTREAM_EXTENSIONS
  int previews = 0;  // 0 … 3: partial images asked for with each picture of a model that has them;
                     // the upstream may charge for them (OPENAI_UPSTREAM_PREVIEWS)
  ExtraHeaders extra_headers;            // checked ones (OPENAI_UPSTREAM_EXTRA_HEADERS)
  std::string probe_path = "/models";    // a free GET below the API's root
                                         // (OPENAI_UPSTREAM_PROBE_PATH)
  Proxy proxy;                           // OPENAI_UPSTREAM_PROXY
  std::chrono::seconds total_time{600};  // for one drawing or chat call
};

inline constexpr int kMostPreviews = 3;

}  // namespace gw::openai
