# How ./dev speaks: progress goes to standard error, so that it never mixes with a program's output.
say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf './dev: %s\n' "$*" >&2; exit 1; }
[[ -t 2 ]] || say() { printf '==> %s\n' "$*" >&2; }
