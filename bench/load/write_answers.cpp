// Answers of a Dreamifly server, for the nginx that plays one.
//   write_answers <folder> <how many> <bytes of a picture>
#include "bench/load/pictures.hpp"

#include <cstdio>
#include <exception>
#include <string>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: write_answers <folder> <how many> <bytes of a picture>\n", stderr);
    return 2;
  }
  try {
    gw::bench::Pictures(std::stoul(argv[2]), std::stoul(argv[3])).write_answers(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write_answers: %s\n", error.what());
    return 1;
  }
}
