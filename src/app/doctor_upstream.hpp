// What the free calls to a Dreamifly server have shown. Pure: one function for each topic.
#pragma once

#include "app/doctor_facts.hpp"
#include "app/doctor_report.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace gw::app {

// In the order they are printed. Where nothing usable answers, one finding says so and the limits
// follow.
Findings judge_upstream(const UpstreamFacts& upstream, const LoadedConfig& loaded);
Findings judge_demo(const LoadedConfig& loaded);

Finding judge_reach(const dreamifly::Checkup& checkup, const dreamifly::Options& options);
Finding judge_clock(const dreamifly::ClockCheckup& clock);
Finding judge_token(const dreamifly::TokenCheckup& token, const dreamifly::Options& options);
Finding judge_account(const dreamifly::AccountCheckup& account, const dreamifly::Options& options);
// One for each, or what drawing as nobody means.
Findings judge_accounts(const dreamifly::Checkup& checkup, const dreamifly::Options& options);
Finding judge_models(const dreamifly::ModelsCheckup& models, const LoadedConfig& loaded);
Finding judge_limits(const dreamifly::Options& options, const LoadedConfig& loaded);

// "m…@example.com": enough to tell one's own accounts apart.
std::string masked_email(std::string_view email);
// "+08:00"
std::string zone_text(std::chrono::minutes zone);

}  // namespace gw::app
