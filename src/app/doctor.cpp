#include "app/doctor.hpp"

#include "app/doctor_checks.hpp"
#include "app/doctor_look.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <filesystem>
#include <ostream>
#include <utility>

namespace gw::app {
namespace {

constexpr std::chrono::seconds kCallTime{10};

dreamifly::Checkup ask_upstream(const dreamifly::Options& options,
                                const std::filesystem::path& ca_file) {
  asio::io_context io{1};
  const SystemClock clock;
  const auto client = make_curl_client(io, {.ca_file = ca_file});
  dreamifly::Checkup checkup;
  asio::co_spawn(io.get_executor(), dreamifly::check_up(options, *client, clock, kCallTime),
                 [&checkup](std::exception_ptr bug, dreamifly::Checkup result) {
                   if (bug) std::rethrow_exception(bug);
                   checkup = std::move(result);
                 });
  io.run();
  return checkup;
}

void take_settings(ConfigResult result, DoctorFacts& facts) {
  if (result) {
    facts.settings.sources = result->sources;
    facts.settings.warnings = result->warnings;
    facts.loaded = *std::move(result);
    return;
  }
  auto& refusal = result.error();
  facts.settings.sources = std::move(refusal.sources);
  facts.settings.problems = std::move(refusal.problems);
  facts.settings.warnings = std::move(refusal.warnings);
}

DoctorFacts gather(const ConfigInputs& inputs) {
  DoctorFacts facts;
  facts.program = look_at_program();
  facts.settings.dotenv = dotenv_path(inputs);
  take_settings(load_config(inputs), facts);
  if (!facts.loaded) return facts;
  facts.machine = look_at_machine(*facts.loaded);
  const auto& config = facts.loaded->config;
  if (const auto& upstream = config.dreamifly)
    facts.upstream = UpstreamFacts{*upstream, ask_upstream(*upstream, config.upstream_ca_file)};
  return facts;
}

}  // namespace

int run_doctor(const ConfigInputs& inputs, DoctorView view, std::ostream& out) {
  const auto findings = diagnose(gather(inputs));
  out << (view.format == DoctorFormat::json ? report_json(findings)
                                            : report_text(findings, view.ink));
  return can_serve(findings) ? 0 : 1;
}

}  // namespace gw::app
