// What the page makes again rather than hold: grades as mscgraph/graph/grading.py reckons them, and the ids of
// associations, which are SHA-256 sums of what they relate (mscgraph/model.py).

// Python's round(): a half goes to the even neighbour.
function roundHalfEven(value) {
  const low = Math.floor(value);
  const over = value - low;
  if (over !== 0.5) return Math.round(value);
  return low % 2 ? low + 1 : low;
}

function independentStudies(findings) {
  const studies = new Set();
  for (const i of findings) {
    const [, , isSecondary] = DATA.rubric.designs[DATA.findings.design.get(i)[0]];
    if (!isSecondary) studies.add(DATA.findings.cohort.get(i) || DATA.publications.id[PUBLICATION[i]]);
  }
  return studies.size;
}

// {letter, cost} of findings for and against; null where nothing supports.
function gradeOf(pro, contra) {
  if (!pro.length) return null;
  const { letters, designs, significance, studies, disputed } = DATA.rubric;
  const least = (values) => values.reduce((low, value) => Math.min(low, value), Infinity);
  let cost = least(pro.map((i) => designs[DATA.findings.design.get(i)[0]][0]))
    + least(pro.map((i) => significance[DATA.findings.significance.get(i)[0]]));
  const supporters = independentStudies(pro);
  cost += studies[Math.min(supporters, 3)];
  if (contra.length) {
    const against = Math.max(independentStudies(contra), 1);
    cost += roundHalfEven(disputed * (against / (against + Math.max(supporters, 1))));
  }
  return { letter: letters.find(([, most]) => cost <= most)[0], cost };
}

// -- ids ----------------------------------------------------------------------------------------------------

const IDS = new Map();

function associationId(association) {
  let id = IDS.get(association);
  if (id === undefined) {
    const [predicate, aspect] = KIND.get(association);
    const key = [ENTITIES.id[SUBJECT[association]], predicate, ENTITIES.id[OBJECT[association]], aspect].join("\t");
    id = `MSCGA:${sha256(new TextEncoder().encode(key)).slice(0, 16)}`;
    IDS.set(association, id);
  }
  return id;
}

// The fractional parts of the roots of the first primes, as FIPS 180-4 has them.
const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n += 1) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
const ROUNDS = Uint32Array.from(PRIMES, (p) => (Math.cbrt(p) % 1) * 2 ** 32);
const BEGINNING = Uint32Array.from(PRIMES.slice(0, 8), (p) => (Math.sqrt(p) % 1) * 2 ** 32);

function sha256(bytes) {
  const length = (bytes.length + 72) & ~63;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 4, bytes.length * 8);
  const hash = BEGINNING.slice();
  const w = new Uint32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let block = 0; block < length; block += 64) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(block + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const [a, b] = [w[i - 15], w[i - 2]];
      const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
      const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i += 1) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (hash[i] += value));
  }
  return [...hash].map((value) => value.toString(16).padStart(8, "0")).join("");
}
