// The pure modules of the page's script, on cases that Python wrote with the answers it comes to.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { readEffect } from "../../mscgraph/page/assets/effect_sizes.js";
import { fold, Names, pieces } from "../../mscgraph/page/assets/names.js";
import { cheapestEdges, countPaths, makeNetwork, searchPaths } from "../../mscgraph/page/assets/paths.js";
import { Questions } from "../../mscgraph/page/assets/question.js";
import { kindOf, markOf } from "../../mscgraph/page/assets/verdict.js";

const cases = JSON.parse(readFileSync(process.env.CASES, "utf8"));

const asking = () => new Questions(new Names(cases.asked.entities, (entity) => cases.asked.weights[entity]), cases.asked.facets, pieces, cases.asked);

test("the verdict of a pair", () => {
  assert.ok(cases.verdicts.length > 1000);
  for (const { shown, whole, kind, mark } of cases.verdicts) {
    assert.deepEqual({ kind: kindOf(shown, whole), mark: markOf(kind, whole) }, { kind, mark }, JSON.stringify({ shown, whole }));
  }
});

test("names are folded alike", () => {
  assert.ok(cases.names.length > 100);
  for (const [name, folded] of cases.names) assert.equal(fold(name), folded, name);
});

test("names are parted alike, and found as people say them", () => {
  for (const [name, parts] of cases.pieces) assert.deepEqual(pieces(name), parts, name);
  const names = new Names(cases.entities, () => 0);
  const found = cases.said.map(([text]) => [text, cases.entities.id[names.called(text) ?? -1] ?? ""]);
  assert.deepEqual(found, cases.said);
});

test("a whole name goes before a beginning, a beginning before a middle", () => {
  const names = new Names({
    id: ["A:1", "A:2", "A:3", "A:4"], name: ["xil6", "IL-6", "IL-6R", "other"], label: ["", "", "", ""],
    synonyms: [[], [], [], ["il 6"]], xrefs: [[], [], [], []],
  }, () => 0);
  assert.deepEqual(names.find("il6").map(({ entity }) => entity), [1, 3, 2, 0]);
  assert.equal(names.find("il6")[1].matched, "il 6");
  assert.equal(names.called("IL6"), 1);
  assert.equal(names.called("A:4"), 3);
  assert.equal(names.called("nothing"), null);
});

test("a question is understood word by word, and what is not is said", () => {
  const questions = asking();
  const found = cases.questions.map(([text, , , looksLike]) => {
    const { says, unknown } = questions.understand(text);
    const near = looksLike ? cases.asked.entities.name[unknown[0].near[0]] : "";
    return [text, says, unknown.map((one) => `${one.text}${one.why && ` ${one.why}`}`).join("; "), near];
  });
  assert.deepEqual(found, cases.questions);
});

test("no name is suggested for common English words, and one is for a misspelt name", () => {
  const questions = asking();
  const near = (text) => questions.understand(text).unknown.flatMap((one) => one.near);
  for (const text of ["what happens to it", "since when", "better than intravenous", "how good is this treatment", "best dose needed", "longer lasting benefit",
    "which patients respond", "first week of therapy", "most common side effect", "how many months", "is it worth trying"]) {
    assert.deepEqual(near(text).map((entity) => cases.asked.entities.name[entity]), [], text);
  }
  for (const text of ["MSC lower microgila", "MSC and demielination", "MSC raise astrocites", "MSC and tryptofan"]) assert.notEqual(near(text).length, 0, text);
});

test("what is left out of a question is gone, and nothing else", () => {
  const questions = asking();
  for (const [text] of cases.questions) {
    const { words, parts } = questions.understand(text);
    for (const part of parts) {
      const places = [part, ...part.also ?? []];
      const left = words.filter((_, at) => !places.some(({ from, to }) => from <= at && at < to));
      assert.equal(left.length + places.reduce((sum, { from, to }) => sum + to - from, 0), words.length, text);
      assert.ok(!questions.understand(left.join(" ")).parts.some(({ says }) => says === part.says), `${text}: ${part.says}`);
    }
  }
});

test("stored questions are named where their words are", () => {
  const questions = asking();
  assert.ok(questions.understand("what do MSC secrete").stored.some(({ name }) => name === "made-by-msc"));
  assert.equal(questions.understand("is it safe").stored[0].name, "safety");
  assert.deepEqual(questions.understand("does MSC lower Th17?").stored, []);
});

test("paths on networks with ties, loops and read-outs", () => {
  assert.ok(cases.networks.length > 100);
  for (const { edges, size, source, target, bounds, k, signs, paths, routes, counts } of cases.networks) {
    const columns = Object.fromEntries(["source", "target", "sign", "cost", "ends"]
      .map((name) => [name, edges.map((edge) => Number(edge[name]))]));
    const network = makeNetwork({ ...columns, idOf: (edge) => edges[edge].id }, size);
    const { maxLength, ...conditions } = bounds;
    conditions.via = conditions.via.map(([entities, made]) => ({ entities: new Set(entities), edges: new Set(made) }));
    const found = searchPaths(network, [source], [target], { k, maxLength, signs, ...conditions });
    assert.deepEqual(found.paths.map(({ path }) => path.map((edge) => edges[edge].id)), paths);
    const best = searchPaths(cheapestEdges(network), [source], [target],
      { k, maxLength, signs, ...conditions, via: [], routes: true });
    assert.deepEqual(best.paths.map(({ path }) => path.map((edge) => edges[edge].id)), routes);
    assert.deepEqual(countPaths(network, [source], [target], maxLength, conditions).counts, counts);
  }
});

test("only numbers with an interval are read", () => {
  const wanted = {
    "3.1 (95% CI 1.1-8.8) vs 12.3 (4.4-34.5)": [[3.1, 1.1, 8.8], [12.3, 4.4, 34.5]],
    "0% (95% CI 0-0.3%)": [[0, 0, 0.3]],
    "57.6 [37.9-77.3]": [[57.6, 37.9, 77.3]],
    "β 16.3; 95% CI 4.6–28.0": [[16.3, 4.6, 28]],
    "OR 0.62 (95% CI 0.41 to 0.93)": [[0.62, 0.41, 0.93]],
    "SMD −0.8 (95% CI −1.2 to −0.4)": [[-0.8, -1.2, -0.4]],
    "18 ± 3 to 9 ± 1 %": "a spread, not an interval",
    "6.1 (0.6) to 6.3 (0.4)": "no interval given",
    "-9.2% ± 18.2% vs -32.1% ± 30.0%": "a spread, not an interval",
    "9/15 vs 1/15; median -4449 vs +2450 pg/mL": "a count, without an interval",
    "7 of 18 improved; degree lost in 5": "a count, without an interval",
    "+1 to 2 points in 3": "no interval given",
    "19% of patients with improvement of at least 25%": "no interval given",
    "r=0.755": "no interval given",
    "33% vs 37%": "no interval given",
    "9.0 (95% CI 1-2)": "no interval given", // an estimate outside its interval is a misprint
    lower: "no number given",
  };
  for (const [text, numbers] of Object.entries(wanted)) {
    const read = readEffect(text);
    const found = typeof read === "string" ? read : read.map(({ estimate, low, high }) => [estimate, low, high]);
    assert.deepEqual(found, numbers, text);
  }
});
