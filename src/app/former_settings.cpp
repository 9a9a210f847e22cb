#include "app/former_settings.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace gw::app {
namespace {

struct Row {
  std::string_view name;
  std::string_view sentence;
};

// Known to the Python version alone.
constexpr std::array<Row, 3> kFormer{{
    {"APP_NAME", "named the Python version on its API page; it has no effect now, leave it out"},
    {"APP_VERSION",
     "was the Python version's own number; it has no effect now (dreamifly-2api version tells "
     "this program's), leave it out"},
    {"DESCRIPTION",
     "described the Python version on its API page; it has no effect now, leave it out"},
}};

// Known to both, with another meaning. Those that are refused outright say so themselves.
constexpr std::array<Row, 4> kChanged{{
    {"API_REQUEST_TIMEOUT",
     "counts from a request's arrival now, with its wait for a free place; the Python version "
     "counted each call of the server by itself"},
    {"UPSTREAM_CONCURRENCY_LIMIT",
     "wins over the default as before, but the default is 1 now where a server of the per-minute "
     "scheme is used without an account, because it takes no more"},
    {"MODEL_MAPPING",
     "adds names to the built-in ones now; in the Python version it took their place"},
    {"STYLE_MAPPING",
     "adds styles to the built-in ones now; in the Python version it took their place"},
}};

// A token and nothing that the Python version did not know about servers.
bool is_taken_over(const GivenSettings& given) {
  return given.has("DREAMIFLY_AUTH_TOKEN") && !given.has("DREAMIFLY_BASE_URL") &&
         !given.has("DREAMIFLY_SITE_KEY");
}

}  // namespace

std::string_view former_setting(std::string_view name) {
  const auto row = std::ranges::find(kFormer, name, &Row::name);
  return row == kFormer.end() ? std::string_view() : row->sentence;
}

std::vector<Problem> notes_for_python_version(const GivenSettings& given) {
  std::vector<Problem> notes;
  if (!is_taken_over(given)) return notes;
  for (const auto& row : kChanged) {
    if (given.has(row.name)) notes.push_back({given.where(row.name), std::string(row.sentence)});
  }
  notes.push_back({"",
                   "These look like the settings of the Python version; README.md "
                   "(\"Coming from the Python version\") tells what each became."});
  return notes;
}

}  // namespace gw::app
