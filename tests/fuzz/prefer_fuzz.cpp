// Any bytes may stand in Prefer and Last-Event-ID: what is understood of them is bounded, and means
// the same when it is said again.
#include "api/prefer.hpp"
#include "api/v1/jobs_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  gw::http::Headers headers;
  headers.add("Prefer", text);
  const auto read = gw::api::preferences(headers);
  if (read.wait && (read.wait->count() < 0 || read.wait->count() > 86'400)) std::abort();
  headers.set("Prefer", gw::api::applied(read));
  const auto again = gw::api::preferences(headers);
  if (again.respond_async != read.respond_async || again.wait != read.wait) std::abort();

  const auto id = gw::api::read_job_event_id(text);
  if (id && gw::api::read_job_event_id(to_string(*id))->version != id->version) std::abort();
  return 0;
}
