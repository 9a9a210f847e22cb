#include "bench/load/process_facts.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace gw::bench {
namespace {

std::string read_proc(pid_t process, const char* file) {
  std::ifstream in("/proc/" + std::to_string(process) + "/" + file);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error("no process " + std::to_string(process));
  return text.str();
}

long field_of(const std::string& status, const std::string& name) {
  const auto at = status.find(name);
  if (at == status.npos) throw std::runtime_error("the kernel does not tell " + name);
  return std::stol(status.substr(at + name.size()));
}

}  // namespace

Memory memory_of(pid_t process) {
  const auto status = read_proc(process, "status");
  return {.resident_kb = field_of(status, "\nVmRSS:"),
          .anonymous_kb = field_of(status, "\nRssAnon:")};
}

double cpu_seconds_of(pid_t process) {
  const auto stat = read_proc(process, "stat");
  // The program's name is in brackets and may hold anything; utime and stime are the 12th and 13th
  // field behind it.
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace gw::bench
