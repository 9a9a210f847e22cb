// libgd, which is loaded when the first picture is to be decoded or painted: with it come forty
// libraries, 6 MB of them in memory, and most gateways pass all their pictures on untouched.
#pragma once

#include "base/error.hpp"

#include <gd.h>

#include <string>

namespace gw {

// Its functions, under their own names.
struct GdLibrary {
  decltype(&::gdFontCacheSetup) gdFontCacheSetup;
  decltype(&::gdFree) gdFree;
  decltype(&::gdImageAlphaBlending) gdImageAlphaBlending;
  decltype(&::gdImageColorTransparent) gdImageColorTransparent;
  decltype(&::gdImageCopyResampled) gdImageCopyResampled;
  decltype(&::gdImageCreateFromGifPtr) gdImageCreateFromGifPtr;
  decltype(&::gdImageCreateFromJpegPtr) gdImageCreateFromJpegPtr;
  decltype(&::gdImageCreateFromPngPtr) gdImageCreateFromPngPtr;
  decltype(&::gdImageCreateFromWebpPtr) gdImageCreateFromWebpPtr;
  decltype(&::gdImageCreateTrueColor) gdImageCreateTrueColor;
  decltype(&::gdImageDestroy) gdImageDestroy;
  decltype(&::gdImageJpegPtr) gdImageJpegPtr;
  decltype(&::gdImagePaletteToTrueColor) gdImagePaletteToTrueColor;
  decltype(&::gdImagePngPtrEx) gdImagePngPtrEx;
  decltype(&::gdImageSaveAlpha) gdImageSaveAlpha;
  decltype(&::gdImageStringFT) gdImageStringFT;
  decltype(&::gdImageWebpPtrEx) gdImageWebpPtrEx;
  decltype(&::gdSetErrorMethod) gdSetErrorMethod;
  decltype(&::gdVersionString) gdVersionString;
};

// Loads it if that has not been done, from any thread; what failed once fails until the next start.
// internal_error whose detail is the loader's. Every way into this folder asks this first.
Result<void> load_gd();

// Loads it too; the same failure.
Result<std::string> gd_version();

// After load_gd(); without it, or when that failed, std::runtime_error.
const GdLibrary& gd();

}  // namespace gw
