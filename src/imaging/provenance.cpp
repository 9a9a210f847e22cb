#include "imaging/provenance.hpp"

#include "base/endian.hpp"
#include "base/jpeg_segments.hpp"
#include "imaging/png_chunks.hpp"
#include "imaging/png_text.hpp"
#include "imaging/webp_chunks.hpp"

#include <optional>

namespace gw {
namespace {

using namespace std::string_view_literals;

constexpr auto kPngXmpKeyword = "XML:com.adobe.xmp\0"sv;
constexpr auto kJpegXmpName = "http://ns.adobe.com/xap/1.0/\0"sv;
constexpr std::uint8_t kApp0 = 0xe0;
constexpr std::uint8_t kApp1 = 0xe1;

constexpr std::string_view kSourceType =
    "<rdf:Description rdf:about=\"\" "
    "xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" "
    "Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/"
    "trainedAlgorithmicMedia\"/>";
// Leaves room for the escapes of XML and for the rest of the packet.
constexpr std::size_t kMaxComment = 40'000;
constexpr std::string_view kEndOfRdf = "</rdf:RDF>";

std::string packet(std::string_view descriptions) {
  std::string out =
      "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">";
  out.append(descriptions).append(kEndOfRdf);
  return out.append("</x:xmpmeta><?xpacket end=\"w\"?>");
}

bool names_source_type(std::string_view xmp) {
  return xmp.find("DigitalSourceType") != std::string_view::npos;
}

std::string user_comment(std::string_view text) {
  return "<rdf:Description rdf:about=\"\" xmlns:exif=\"http://ns.adobe.com/exif/1.0/\">"
         "<exif:UserComment><rdf:Alt><rdf:li xml:lang=\"x-default\">" +
         xml_text(text) + "</rdf:li></rdf:Alt></exif:UserComment></rdf:Description>";
}

// The source's packet with what it lacks, or a new one where it has none that could be added to.
std::string complete_xmp(std::string_view source, std::string_view comment) {
  const std::size_t end = source.rfind(kEndOfRdf);
  const bool usable = end != std::string_view::npos;
  std::string added;
  if (!usable || !names_source_type(source)) added = kSourceType;
  if (!comment.empty() && source.find("exif:UserComment") == std::string_view::npos) {
    const std::string described = user_comment(comment);
    if (source.size() + added.size() + described.size() <= kMaxMetadata) added += described;
  }
  if (!usable || source.size() + added.size() > kMaxMetadata) return packet(added);
  return std::string(source.substr(0, end)).append(added).append(source.substr(end));
}

void read_png(std::string_view bytes, Provenance& found) {
  std::size_t left = kMaxMetadata;
  PngChunks chunks(bytes);
  while (const auto chunk = chunks.next()) {
    if (chunk->type != "tEXt" && chunk->type != "zTXt" && chunk->type != "iTXt") continue;
    if (chunk->type == "iTXt" && chunk->payload.starts_with(kPngXmpKeyword)) {
      const auto text = read_png_text(chunk->type, chunk->payload, kMaxMetadata);
      if (found.xmp.empty() && text) found.xmp = text->value;
    } else if (chunk->payload.size() <= left) {
      left -= chunk->payload.size();
      found.texts.push_back({std::string(chunk->type), std::string(chunk->payload)});
    }
  }
}

std::string jpeg_xmp(std::string_view bytes) {
  JpegSegments segments(bytes);
  while (const auto segment = segments.next()) {
    if (segment->marker == kApp1 && segment->payload.starts_with(kJpegXmpName)) {
      return std::string(segment->payload.substr(kJpegXmpName.size()));
    }
  }
  return {};
}

std::string webp_xmp(std::string_view bytes) {
  WebpChunks chunks(bytes);
  while (const auto chunk = chunks.next()) {
    if (chunk->type == "XMP ") return std::string(chunk->payload);
  }
  return {};
}

std::string png_with(std::string_view bytes, std::string_view xmp,
                     const std::vector<PngText>& texts) {
  PngChunks chunks(bytes);
  const auto head = chunks.next();
  if (!head || head->type != "IHDR") return std::string(bytes);
  std::string out(bytes.substr(0, head->end));
  for (const auto& text : texts) append_png_chunk(out, text.type, text.payload);
  append_png_chunk(out, "iTXt", png_xmp_payload(xmp));
  return out.append(bytes.substr(head->end));
}

std::string jpeg_with(std::string_view bytes, std::string_view xmp) {
  JpegSegments segments(bytes);
  const auto first = segments.next();
  if (!first) return std::string(bytes);
  // JFIF wants its APP0 directly behind the start of the picture.
  const std::size_t at = first->marker == kApp0 ? first->end : 2;
  std::string out(bytes.substr(0, at));
  append_be16(out, 0xff00u | kApp1);
  append_be16(out, static_cast<std::uint32_t>(2 + kJpegXmpName.size() + xmp.size()));
  return out.append(kJpegXmpName).append(xmp).append(bytes.substr(at));
}

// "keyword: text" lines, as far as they fit.
std::string comment_of(const std::vector<PngText>& texts) {
  std::string out;
  for (const auto& stored : texts) {
    const auto text = read_png_text(stored.type, stored.payload, kMaxMetadata);
    if (!text || out.size() + text->keyword.size() + text->value.size() > kMaxComment) continue;
    if (!out.empty()) out.push_back('\n');
    out.append(text->keyword).append(": ").append(text->value);
  }
  return out;
}

}  // namespace

Provenance read_provenance(std::string_view bytes, ImageFormat format) {
  Provenance found;
  switch (format) {
    case ImageFormat::png:
      read_png(bytes, found);
      break;
    case ImageFormat::jpeg:
      found.xmp = jpeg_xmp(bytes);
      break;
    case ImageFormat::webp:
      found.xmp = webp_xmp(bytes);
      break;
    case ImageFormat::gif:
      break;
  }
  if (found.xmp.size() > kMaxMetadata) found.xmp.clear();
  return found;
}

std::string with_provenance(std::string_view encoded, ImageFormat format,
                            const Provenance& provenance) {
  switch (format) {
    case ImageFormat::png:
      return png_with(encoded, complete_xmp(provenance.xmp, {}), provenance.texts);
    case ImageFormat::jpeg:
      return jpeg_with(encoded, complete_xmp(provenance.xmp, comment_of(provenance.texts)));
    case ImageFormat::webp:
      return webp_with_xmp(encoded, complete_xmp(provenance.xmp, comment_of(provenance.texts)));
    case ImageFormat::gif:
      break;
  }
  return std::string(encoded);
}

std::string png_xmp_payload(std::string_view xmp) {
  std::string out(kPngXmpKeyword);
  out.append(4, '\0');  // not compressed, no language, no translated keyword
  return out.append(xmp);
}

std::string trained_model_xmp() {
  return packet(kSourceType);
}

}  // namespace gw
