// The data block back into columns: the other side of mscgraph/page/packing.py.
//
// Thirteen bits stand in two printable characters; under that is one deflated block: the length of a JSON text,
// the text, and the bytes of the columns. A column stays bytes until somebody asks for it.

function fromLetters(text) {
  const place = new Uint8Array(128);
  let count = 0;
  for (let c = 0x21; c < 0x7f; c += 1) if (!"<>&".includes(String.fromCharCode(c))) place[c] = count++;
  const begin = text.indexOf(" ");
  const bytes = new Uint8Array(Number(text.slice(0, begin)));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = begin + 1; at < bytes.length; i += 2) {
    held = (held << 13) | (place[text.charCodeAt(i)] * count + place[text.charCodeAt(i + 1)]);
    bits += 13;
    while (bits >= 8 && at < bytes.length) {
      bits -= 8;
      bytes[at++] = held >> bits;
    }
    held &= (1 << bits) - 1;
  }
  return bytes;
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Whole numbers from their planes of bytes, lowest first; of a risen column the sums of the differences.
function wholeNumbers({ count, width, rising }, bytes) {
  if (width === 1 && !rising) return bytes.subarray(0, count);
  const numbers = width === 1 ? new Uint8Array(count) : width === 2 ? new Uint16Array(count) : new Float64Array(count);
  for (let plane = 0; plane < width; plane += 1) {
    const weight = 256 ** plane;
    const row = bytes.subarray(plane * count, (plane + 1) * count);
    for (let i = 0; i < count; i += 1) numbers[i] += row[i] * weight;
  }
  if (!rising) return numbers;
  const sums = new Float64Array(count);
  for (let i = 0, sum = 0; i < count; i += 1) sums[i] = sum += numbers[i];
  return sums;
}

// A column of repeating values: `codes` says which of `values` stands where.
class Few {
  constructor(values, codes) {
    this.values = values;
    this.codes = codes;
  }

  get(i) {
    return this.values[this.codes[i]];
  }

  // The same column with every value turned into another.
  map(change) {
    return new Few(this.values.map(change), this.codes);
  }

  get all() {
    return Array.from(this.codes, (code) => this.values[code]);
  }
}

// A column of texts, each read from its bytes when it is asked for.
class Texts {
  constructor(lengths, bytes) {
    this.ends = new Float64Array(lengths.length + 1);
    for (let i = 0, end = 0; i < lengths.length; i += 1) this.ends[i + 1] = end += lengths[i];
    this.bytes = bytes;
  }

  get(i) {
    return TEXT.decode(this.bytes.subarray(this.ends[i], this.ends[i + 1]));
  }

  get all() {
    return Array.from({ length: this.ends.length - 1 }, (_, i) => this.get(i));
  }
}

const TEXT = new TextDecoder("utf-8", { ignoreBOM: true });

async function readBlock(text) {
  const bytes = await inflated(fromLetters(text));
  const start = 4 + new DataView(bytes.buffer).getUint32(0, true);
  let at = start;
  const take = (size) => bytes.subarray(at, (at += size));
  const read = (value) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    if ("lengths" in value && "size" in value) {
      const lengths = read(value.lengths);
      return new Texts(lengths, take(value.size));
    }
    if ("width" in value && "rising" in value) {
      const numbers = wholeNumbers(value, take(value.count * value.width));
      return value.values ? new Few(value.values, numbers) : numbers;
    }
    // Object.entries would lose a key called __proto__; the header is JSON, so its own keys are all there is.
    for (const key of Object.keys(value)) value[key] = read(value[key]);
    return value;
  };
  return read(JSON.parse(TEXT.decode(bytes.subarray(4, start))));
}
