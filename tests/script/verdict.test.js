// The script's verdict against that of mscgraph/render/verdict.py, which wrote the cases.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { kindOf, markOf } from "../../mscgraph/page/assets/verdict.js";

const cases = JSON.parse(readFileSync(process.env.VERDICTS, "utf8"));

test("the script and Python come to one verdict", () => {
  assert.ok(cases.length > 1000);
  for (const { shown, whole, kind, mark } of cases) {
    assert.deepEqual({ kind: kindOf(shown, whole), mark: markOf(kind, whole) }, { kind, mark }, JSON.stringify({ shown, whole }));
  }
});
