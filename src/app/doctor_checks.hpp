// What the facts of this machine mean. Pure: one function for each topic, tested by itself.
#pragma once

#include "app/doctor_facts.hpp"
#include "app/doctor_report.hpp"

namespace gw::app {

Finding judge_program(const ProgramFacts& program);
// `config` tells what is needed of it; nothing: not known.
Finding judge_http_library(const HttpLibrary& library, const Config* config);
Findings judge_settings(const SettingsFacts& settings);
Finding judge_folder(const FolderFacts& folder, const Config& config);
Finding judge_keys(const std::vector<KeyFacts>& keys);
Finding judge_files(const FileLimits& files, std::size_t wanted_connections);
Finding judge_port(const PortFacts& port);
Finding judge_font(const std::string& font, const Config& config);

// All of it, the upstream included, in the order they are printed.
Findings diagnose(const DoctorFacts& facts);

}  // namespace gw::app
