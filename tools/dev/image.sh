# ./dev image: the container image, by whichever builder is there.
image_name=dreamifly-2api
base_image=dreamifly-2api-base:bookworm

# dev_image [--base-from-debootstrap] [arguments of the builder's `build`…]
dev_image() {
  local arguments=()
  find_builder
  if [[ "${1:-}" == --base-from-debootstrap ]]; then
    shift
    make_base
    arguments+=(--build-arg "BASE=$(local_name "$base_image")")
    need_no_runtime
  fi
  local version
  version="$(sed -n 's/^project(.* VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)"
  say "building $image_name:$version with $builder"
  build_image -f deploy/Dockerfile --build-arg "VERSION=$version" \
    --build-arg "REVISION=$(git -c safe.directory='*' rev-parse HEAD 2>/dev/null || echo unknown)" \
    -t "$image_name:$version" -t "$image_name:latest" "${arguments[@]}" "$@" . || die "the image could not be built"
  say "$image_name:$version; next: docs/deployment.md"
}

# The command `docker` alone builds nothing: its daemon must answer.
find_builder() {
  if command -v docker >/dev/null && docker info >/dev/null 2>&1; then builder=docker
  elif command -v podman >/dev/null; then builder=podman
  elif command -v buildah >/dev/null; then builder=buildah
  else
    command -v docker >/dev/null && say "docker is here, but its daemon does not answer this user"
    die "there is nothing to build an image with. Have this run, then try again: apt-get update && apt-get install -y podman"
  fi
}

# The health check is in Docker's format and not in OCI's; podman and buildah keep it only when asked to.
build_image() {
  case "$builder" in
    docker) DOCKER_BUILDKIT=1 docker build "$@" ;;
    podman) podman build --format docker "$@" ;;
    buildah) buildah build --format docker --layers "$@" ;;
  esac
}

# An image that was made here, named so that no registry is asked for it.
local_name() { if [[ $builder == docker ]]; then echo "$1"; else echo "localhost/$1"; fi; }

# Build steps run by chroot, which needs no container runtime, and with this machine's way to its package
# sources (network, proxies), which they would not see. Docker can do neither.
need_no_runtime() {
  [[ $builder == docker ]] ||
    arguments+=(--isolation=chroot --network=host --volume=/etc/apt/apt.conf.d:/etc/apt/apt.conf.d:ro)
}

# Debian 12 from this machine's package sources, in place of debian:bookworm-slim. Made once; remove the
# image to have it made anew.
make_base() {
  local as_root folder
  [[ -z "$($builder images -q "$(local_name "$base_image")" 2>/dev/null)" ]] || return 0
  [[ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" == bookworm ]] ||
    die "--base-from-debootstrap takes this machine's package sources, so it needs Debian 12"
  require_packages debootstrap
  as_root="$(root_prefix)" || die "debootstrap needs root or sudo"
  say "making $base_image from this machine's package sources"
  folder="$(mktemp -d)"
  $as_root bash -euo pipefail -c "$(declare -f package_sources bootstrap_base); bootstrap_base '$folder'" >&2 ||
    die "debootstrap failed; its log is in $folder/root/debootstrap/debootstrap.log"
  printf 'FROM scratch\nADD base.tar /\nCMD ["bash"]\n' >"$folder/Dockerfile"
  build_image -f "$folder/Dockerfile" -t "$base_image" "$folder" || die "$base_image could not be built"
  $as_root rm -rf "$folder"
}

# package_sources format: Debian's own among the sources that this machine's apt knows.
package_sources() { apt-get indextargets --format "$1" 'Created-By: Packages' 'Origin: Debian' | sort -u; }

# bootstrap_base folder: as root. Leaves folder/base.tar, without what the slim image leaves out too.
bootstrap_base() {
  local root="$1/root" mirror
  mirror="$(package_sources '$(CODENAME) $(COMPONENT) $(REPO_URI)' | sed -n 's/^bookworm main //p')"
  [[ -n "$mirror" ]] || { echo "apt knows no source of bookworm main; has apt-get update run?" >&2; return 1; }
  debootstrap --variant=minbase bookworm "$root" "$mirror"
  package_sources 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' >"$root/etc/apt/sources.list"
  printf 'path-exclude /usr/share/%s/*\n' doc man locale info >"$root/etc/dpkg/dpkg.cfg.d/slim"
  echo 'path-include /usr/share/doc/*/copyright' >>"$root/etc/dpkg/dpkg.cfg.d/slim"
  find "$root/usr/share/doc" ! -type d ! -name copyright -delete
  rm -rf "$root"/usr/share/{man,locale,info}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* \
    "$root"/var/log/* "$root/etc/hostname" "$root/etc/resolv.conf"
  tar -C "$root" --one-file-system --numeric-owner -cf "$1/base.tar" .
  rm -rf "$root"
  chmod a+rx "$1" && chmod a+r "$1/base.tar"
}
