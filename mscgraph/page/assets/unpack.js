// What stands readable in the page: it unpacks the page's data and its script, which the page's policy knows by its hash.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%,()*+-;.=/?@^_:{|}~";

/** Bytes from five characters for each four. @param {string} text */
function unpack(text) {
  const digit = new Uint8Array(128);
  [...DIGITS].forEach((character, i) => (digit[character.charCodeAt(0)] = i));
  const whole = text.padEnd(Math.ceil(text.length / 5) * 5, "~");
  const bytes = new DataView(new ArrayBuffer((whole.length / 5) * 4));
  for (let at = 0; at < whole.length; at += 5) {
    let word = 0;
    for (let i = at; i < at + 5; i += 1) word = word * 85 + digit[whole.charCodeAt(i)];
    bytes.setUint32((at / 5) * 4, word);
  }
  return new Uint8Array(bytes.buffer, 0, Math.floor(text.length * 0.8));
}

/** @type {any} */ (window).unpacked = async (/** @type {string} */ id) => {
  const block = /** @type {any} */ (document.getElementById(id));
  const stream = new Blob([unpack(block.textContent)]).stream().pipeThrough(new DecompressionStream("gzip"));
  block.remove();
  return new Response(stream).text();
};

async function start() {
  if (!("DecompressionStream" in window)) /** @type {any} */ (document.getElementById("too-old")).hidden = false;
  const script = document.createElement("script");
  script.textContent = await /** @type {any} */ (window).unpacked("script");
  document.body.append(script);
}

start();
