// Any bytes are a `.env` file: entries and faults come back, within the lines that were there.
#include "app/dotenv.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = gw::app::parse_dotenv(text);

  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  if (parsed.entries.size() + parsed.faults.size() > lines) std::abort();
  for (const auto& entry : parsed.entries) {
    if (entry.name.empty() || entry.line == 0 || entry.line > lines) std::abort();
    if (entry.value.size() > size || entry.value.contains('\0')) std::abort();
  }
  for (const auto& fault : parsed.faults) {
    if (fault.message.empty() || fault.line == 0 || fault.line > lines) std::abort();
  }
  return 0;
}
