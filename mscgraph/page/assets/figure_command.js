// The command that draws the mechanism figure of two entities. The page does not draw it: its layout is that of
// mscgraph/figure, and a second one in script would be a second figure.

import { ENTITIES, FINDINGS } from "./data.js";
import { copyText, make } from "./elements.js";
import { filtersInWords, NOT_SAID } from "./filters.js";
import { readState } from "./state.js";

const quoted = (/** @type {string} */ name) => (/^[\w-]+$/.test(name) ? name : `"${name.replace(/["\\$\x60]/g, "")}"`);
/** @param {{ values: [string, string][] }} column @param {string} words */
const idOf = (column, words) => column.values.find(([, said]) => said === words)?.[0] ?? "";

/** @type {Record<string, [option: string, value: (words: string) => string]>} the filters that the command has too */
const OPTIONS = {
  species: ["--taxon", (words) => words], source: ["--source", (words) => words],
  system: ["--system", (words) => idOf(FINDINGS.system, words)], design: ["--design", (words) => idOf(FINDINGS.design, words)],
};

/** @param {number} from @param {number} to */
function copyCommand(from, to) {
  const state = readState();
  const names = [from, to].map((entity) => ENTITIES.name[entity]);
  const file = `${names.join("-to-").replace(/[^\p{L}\p{N}]+/gu, "-")}.svg`;
  let command = `mscgraph figure ${names.map(quoted).join(" ")} -o ${file}`;
  let left = state.contested;
  for (const [facet, picked] of Object.entries(state.filters)) {
    const [option, value] = OPTIONS[facet] ?? [];
    const id = picked.length === 1 && picked[0] !== NOT_SAID && value ? value(picked[0]) : "";
    if (id) command += ` ${option} ${quoted(id)}`;
    else left ||= picked.length > 0;
  }
  const without = left ? ` It cannot have all of the filters (${filtersInWords(state)}).` : "";
  copyText(command, `Copied: ${command} – run it where mscgraph is installed; .pdf, .pptx and .sbgn work too.${without}`);
}

/** @param {number} from @param {number} to */
export const figureButton = (from, to) =>
  make("button", { class: "small", onclick: () => copyCommand(from, to) }, "Figure of this for a paper: copy the command");
