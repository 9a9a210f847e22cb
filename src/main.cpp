// Arguments in, a command out; the only file that tests do not link.
#include "app/app.hpp"
#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/doctor.hpp"
#include "app/records_commands.hpp"
#include "base/clock.hpp"

#include <csignal>
#include <exception>
#include <iostream>
#include <malloc.h>
#include <span>
#include <unistd.h>

namespace {

using namespace gw::app;

int serve(const ServeCommand& command) {
  auto loaded = load_config(process_inputs(command.flags));
  if (!loaded) {
    std::cerr << mistakes_text(loaded.error());
    return 1;
  }
  auto app = App::create(std::move(*loaded));
  if (!app) {
    const auto& error = app.error();
    std::cerr << "dreamifly-2api cannot start: ";
    if (!error.param().empty()) std::cerr << error.param() << ": ";
    std::cerr << error.message();
    if (!error.detail().empty()) std::cerr << " (" << error.detail() << ')';
    std::cerr << '\n';
    return 1;
  }
  return (*app)->run();
}

int carry_out(const Command& command) {
  struct Visitor {
    int operator()(const ServeCommand& c) const { return serve(c); }
    int operator()(const CheckConfigCommand& c) const {
      return run_check_config(process_inputs(c.flags), std::cout, std::cerr);
    }
    int operator()(const DoctorCommand& c) const {
      const auto inputs = process_inputs(c.flags);
      const bool coloured = ::isatty(STDOUT_FILENO) && !inputs.environment.contains("NO_COLOR");
      return run_doctor(inputs, {c.format, coloured ? Ink::coloured : Ink::plain}, std::cout);
    }
    int operator()(const HealthcheckCommand& c) const {
      return run_healthcheck(process_inputs(c.flags), std::cout, std::cerr);
    }
    int operator()(const KeysCommand& c) const {
      return run_keys(process_inputs(c.flags), c.display, std::cout, std::cerr);
    }
    int operator()(const BackupCommand& c) const {
      return run_backup(process_inputs(c.flags), c.file, std::cout, std::cerr);
    }
    int operator()(const RestoreCommand& c) const {
      return run_restore(process_inputs(c.flags), c.file, gw::SystemClock().wall(), std::cout,
                         std::cerr);
    }
    int operator()(const VersionCommand&) const {
      std::cout << "dreamifly-2api " GW_VERSION "\n";
      return 0;
    }
  };
  return std::visit(Visitor{}, command);
}

}  // namespace

int main(int argc, char** argv) {
  // A log without a reader and a file at its size limit are failed writes, not reasons to die.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // A picture is a few megabytes: by default each would be mapped and faulted in anew, twice the
  // CPU of a request.
  ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
  // Only what lies in the first arena goes back to the system (App::give_memory_back); three
  // threads do not get into each other's way there.
  ::mallopt(M_ARENA_MAX, 1);
  try {
    const auto command = parse_command_line(
        std::span<const char* const>(argv + 1, static_cast<std::size_t>(argc) - 1));
    if (command) return carry_out(*command);
    (command.error().exit_code == 0 ? std::cout : std::cerr) << command.error().text;
    return command.error().exit_code;
  } catch (const std::exception& bug) {
    std::cerr << "dreamifly-2api stopped by a bug: " << bug.what() << '\n';
    return 70;
  }
}
