// What the kernel says of another process: memory and CPU time.
#pragma once

#include <sys/types.h>

namespace gw::bench {

struct Memory {
  long resident_kb = 0;   // VmRSS
  long anonymous_kb = 0;  // RssAnon: without the program's and its libraries' pages
};

// Throws std::runtime_error when there is no such process.
Memory memory_of(pid_t process);
double cpu_seconds_of(pid_t process);  // user and system, in steps of the kernel's tick

}  // namespace gw::bench
