// What the Python version's `.env` held that this program does not know, or means in another way.
#pragma once

#include "app/config_sources.hpp"

#include <string_view>
#include <vector>

namespace gw::app {

// Why a setting that only the Python version had does nothing now; a sentence that follows its
// name. Empty: it had none of that name either.
std::string_view former_setting(std::string_view name);

// Where these look like the Python version's settings, taken over as they were: what each of them
// means now, and where to read on. Empty otherwise, so that nobody is told twice.
std::vector<Problem> notes_for_python_version(const GivenSettings& given);

}  // namespace gw::app
