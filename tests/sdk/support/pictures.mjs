// What a picture's own bytes say about it; nobody's word is taken for it.
import { createHash } from "node:crypto";

const readers = [
  { format: "png", magic: (b) => b.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1")), size: pngSize },
  { format: "jpeg", magic: (b) => b.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])), size: jpegSize },
  { format: "webp", magic: (b) => b.toString("latin1", 0, 4) + b.toString("latin1", 8, 12) === "RIFFWEBP", size: webpSize },
];

function pngSize(bytes) {
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

function jpegSize(bytes) {
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return `${bytes.readUInt16BE(at + 7)}x${bytes.readUInt16BE(at + 5)}`;
  }
  throw new Error("a JPEG without a frame");
}

function webpSize(bytes) {
  const kind = bytes.toString("latin1", 12, 16);
  if (kind === "VP8 ") return `${bytes.readUInt16LE(26) & 0x3fff}x${bytes.readUInt16LE(28) & 0x3fff}`;
  if (kind === "VP8X") return `${bytes.readUIntLE(24, 3) + 1}x${bytes.readUIntLE(27, 3) + 1}`;
  const bits = bytes.readUInt32LE(21);
  return `${(bits & 0x3fff) + 1}x${((bits >>> 14) & 0x3fff) + 1}`;
}

export function inspect(bytes) {
  const reader = readers.find(({ magic }) => magic(bytes));
  if (!reader) throw new Error(`not a picture: ${bytes.subarray(0, 16).toString("hex")}`);
  return { format: reader.format, size: reader.size(bytes), digest: createHash("sha256").update(bytes).digest("hex") };
}

// Refuses what a lenient decoder would forgive: prefixes, line breaks, missing padding.
export function fromBase64(text) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw new Error("not strict base64");
  return Buffer.from(text, "base64");
}
