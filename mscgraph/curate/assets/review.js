"use strict";
// One row at a time, next to its sentence. Text is only ever set as text: rows and papers come from elsewhere.
const $ = (id) => document.getElementById(id);
const state = { rows: [], at: 0, row: null };

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const reply = await fetch(path, options).catch(() => null);
  if (!reply) throw new Error("The program has ended: start it again, and open the address it prints.");
  const value = await reply.json().catch(() => ({ error: `It answered ${reply.status}.` }));
  if (!reply.ok) throw new Error(value.error);
  return value;
}

function made(name, text, more = {}) {
  const element = Object.assign(document.createElement(name), more);
  element.textContent = text;
  return element;
}

function say(text) { $("said").textContent = text; }

function close() {
  $("mending").hidden = $("rejecting").hidden = true;
}

async function show(at) {
  if (at < 0 || at >= state.rows.length) { say("No more rows."); return; }
  state.at = at;
  close();
  const [id, done] = state.rows[at];
  $("count").textContent = `${at + 1} of ${state.rows.length}`;
  document.title = `Review ${at + 1} of ${state.rows.length}`;
  for (const part of ["relation", "statement", "paper", "place", "fault"]) $(part).textContent = "";
  $("setting").replaceChildren();
  $("text").replaceChildren();
  state.row = null;
  enable(done);
  if (done === "rejected") {
    $("relation").textContent = `${id} was rejected`;
  } else {
    try {
      draw(await ask(`rows/${id}`));
    } catch (error) { say(error.message); }
  }
  document.documentElement.dataset.shown = id;
}

function enable(done) {
  const over = done === "accepted" || done === "rejected";
  for (const name of ["accept", "mend", "reject"]) $(name).disabled = over || !state.row;
}

function draw(row) {
  state.row = row;
  $("relation").textContent = row.relation;
  $("statement").textContent = row.statement;
  const told = row.cells.filter((c) => c.value && !["not_reported", "statement"].includes(c.value))
    .filter((c) => !["subject", "predicate", "object", "statement", "anchor", "locator"].includes(c.name));
  for (const [term, value] of [["id", row.id], ["setting", row.setting],
    ...told.map((c) => [c.label, c.words || c.value]), ["written by", row.curated_by], ["stands in", row.place]]) {
    $("setting").append(made("dt", term), made("dd", value));
  }
  $("paper").textContent = row.paper;
  $("link").hidden = !row.url;
  if (row.url) $("link").href = row.url;
  $("place").textContent = row.text ? `The row says: ${row.locator}. Found in: ${row.text.place}.`
    : `The row says: ${row.locator}.`;
  if (row.text) {
    $("text").append(row.text.before, made("mark", row.text.sentence), row.text.after);
  }
  $("fault").textContent = row.fault;
  enable(row.done);
}

async function decide(what, body) {
  const id = state.row.id;
  try {
    const { done } = await ask(`rows/${id}/${what}`, body);
    state.rows[state.at][1] = done;
    close();
    if (done === "mended") await show(state.at);
    else if (state.at + 1 < state.rows.length) await show(state.at + 1);
    else { enable(done); await show(state.at); }
    say(`${id} ${done}.`);
    $("actions").querySelector("button:enabled")?.focus();
  } catch (error) { say(error.message); }
}

function openMending() {
  $("cells").replaceChildren(...state.row.cells.map((cell) => {
    const box = made("div", "");
    const id = `cell-${cell.name}`;
    const field = cell.choices.length > 1 ? made("select", "", { id, name: cell.name })
      : made("input", "", { id, name: cell.name, value: cell.value });
    if (field.tagName === "SELECT") {
      const values = [...new Set([cell.value, ...cell.choices])];
      field.append(...values.map((value) => made("option", value || "(empty)", { value })));
      field.value = cell.value;
    } else if (cell.entity) field.setAttribute("list", "entities");
    field.dataset.before = cell.value;
    const named = cell.entity && cell.words ? `${cell.label} (${cell.words})` : cell.label;
    box.append(made("label", named, { htmlFor: id, title: cell.definition }), field);
    return box;
  }));
  close();
  $("mending").hidden = false;
  $("cells").querySelector("input, select").focus();
}

function openRejecting() {
  close();
  $("rejecting").hidden = false;
  $("reason").focus();
}

const DO = {
  accept: () => decide("accept", {}), mend: openMending, reject: openRejecting,
  previous: () => show(state.at - 1), next: () => show(state.at + 1),
};
for (const [name, act] of Object.entries(DO)) $(name).addEventListener("click", act);

$("mending").addEventListener("submit", (event) => {
  event.preventDefault();
  const changed = [...$("cells").querySelectorAll("input, select")]
    .filter((field) => field.value.trim() !== field.dataset.before)
    .map((field) => [field.name, field.value.trim()]);
  if (changed.length) decide("mend", { cells: Object.fromEntries(changed) });
  else say("Nothing was changed.");
});
$("rejecting").addEventListener("submit", (event) => {
  event.preventDefault();
  decide("reject", { reason: $("reason").value, into: $("into").value.trim() });
});
for (const button of document.querySelectorAll(".cancel")) {
  button.addEventListener("click", () => { close(); $("mend").focus(); });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { close(); $("mend").focus(); return; }
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select")) return;
  const name = { a: "accept", m: "mend", r: "reject", p: "previous", n: "next" }[event.key];
  if (name && !$(name).disabled) { event.preventDefault(); DO[name](); }
});

(async () => {
  try {
    const { orcid, rows, entities } = await ask("rows");
    $("orcid").textContent = orcid;
    state.rows = rows;
    $("entities").append(...entities.map(([value, label]) => made("option", label, { value })));
    await show(0);
  } catch (error) { say(error.message); }
})();
