// PNG (ISO/IEC 15948) in both directions, as far as these tests need it: 8 bits a channel, no
// interlacing.
import assert from "node:assert/strict";
import zlib from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const channelsOf = { 0: 1, 2: 3, 4: 2, 6: 4 }; // by colour type

function chunk(type, data) {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(zlib.crc32(body));
  return Buffer.concat([head, body, check]);
}

// `pixel(x, y)` gives [red, green, blue, alpha].
export function encodePng(width, height, pixel) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0, at = 0; y < height; ++y) {
    ++at; // filter 0
    for (let x = 0; x < width; ++x, at += 4) rows.set(pixel(x, y), at);
  }
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", zlib.deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function paeth(a, b, c) {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

// §9.2: what each filter adds to a byte, from the bytes to the left, above, and above left.
const predictors = [() => 0, (a) => a, (_, b) => b, (a, b) => (a + b) >> 1, paeth];

function unfilter(data, rowLength, step) {
  const rows = [];
  for (let at = 0; at < data.length; at += rowLength + 1) {
    const predict = predictors[data[at]];
    const row = Buffer.from(data.subarray(at + 1, at + 1 + rowLength));
    const above = rows.at(-1) ?? Buffer.alloc(rowLength);
    for (let i = 0; i < rowLength; ++i) row[i] += predict(row[i - step] ?? 0, above[i], above[i - step] ?? 0);
    rows.push(row);
  }
  return rows;
}

export function decodePng(bytes) {
  assert.deepEqual(bytes.subarray(0, 8), signature, "no PNG");
  const parts = [];
  let header;
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const data = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    const type = bytes.toString("latin1", at + 4, at + 8);
    if (type === "IHDR") header = data;
    if (type === "IDAT") parts.push(data);
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = channelsOf[header[9]];
  assert.deepEqual([header[8], header[12]], [8, 0], "only 8 bits a channel, not interlaced");
  assert.ok(channels, "no palettes");
  const rows = unfilter(zlib.inflateSync(Buffer.concat(parts)), width * channels, channels);
  return { width, height, at: (x, y) => [...rows[y].subarray(x * channels, (x + 1) * channels)] };
}
