#include "imaging/gd_library.hpp"

#include <cstdarg>
#include <dlfcn.h>
#include <stdexcept>

namespace gw {
namespace {

constexpr const char* kName = "libgd.so.3";

Error missing() {
  const char* why = ::dlerror();
  return Error::internal("pictures cannot be read or converted: " + std::string(kName) +
                         " cannot be loaded (Debian: libgd3)")
      .with_detail(why ? why : "no reason given");
}

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, GdLibrary& gd) {
  return find(library, "gdFontCacheSetup", gd.gdFontCacheSetup) &&
         find(library, "gdFree", gd.gdFree) &&
         find(library, "gdImageAlphaBlending", gd.gdImageAlphaBlending) &&
         find(library, "gdImageColorTransparent", gd.gdImageColorTransparent) &&
         find(library, "gdImageCopyResampled", gd.gdImageCopyResampled) &&
         find(library, "gdImageCreateFromGifPtr", gd.gdImageCreateFromGifPtr) &&
         find(library, "gdImageCreateFromJpegPtr", gd.gdImageCreateFromJpegPtr) &&
         find(library, "gdImageCreateFromPngPtr", gd.gdImageCreateFromPngPtr) &&
         find(library, "gdImageCreateFromWebpPtr", gd.gdImageCreateFromWebpPtr) &&
         find(library, "gdImageCreateTrueColor", gd.gdImageCreateTrueColor) &&
         find(library, "gdImageDestroy", gd.gdImageDestroy) &&
         find(library, "gdImageJpegPtr", gd.gdImageJpegPtr) &&
         find(library, "gdImagePaletteToTrueColor", gd.gdImagePaletteToTrueColor) &&
         find(library, "gdImagePngPtrEx", gd.gdImagePngPtrEx) &&
         find(library, "gdImageSaveAlpha", gd.gdImageSaveAlpha) &&
         find(library, "gdImageStringFT", gd.gdImageStringFT) &&
         find(library, "gdImageWebpPtrEx", gd.gdImageWebpPtrEx) &&
         find(library, "gdSetErrorMethod", gd.gdSetErrorMethod) &&
         find(library, "gdVersionString", gd.gdVersionString);
}

// It stays loaded: pictures are freed by it until the end.
Result<GdLibrary> open_library() {
  void* library = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return fail(missing());
  GdLibrary gd{};
  if (!find_all(library, gd)) return fail(missing());
  // It prints its complaints to standard error unless it is told not to.
  gd.gdSetErrorMethod([](int, const char*, va_list) {});
  // Its table of fonts is made at first use, without a lock.
  gd.gdFontCacheSetup();
  return gd;
}

const Result<GdLibrary>& library() {
  static const Result<GdLibrary> opened = open_library();
  return opened;
}

}  // namespace

Result<void> load_gd() {
  if (library()) return {};
  return fail(Error(library().error()));
}

Result<std::string> gd_version() {
  GW_CHECK(load_gd());
  return std::string(gd().gdVersionString());
}

const GdLibrary& gd() {
  if (!library()) throw std::runtime_error(library().error().message());
  return *library();
}

}  // namespace gw
