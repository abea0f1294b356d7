// The search of the first page, above the names and the folding that the explorer uses. Without script the
// list of all entities serves.

import { Names } from "../../page/assets/names.js";

const names = new Names(ENTITIES, (entity) => ENTITIES.findings[entity]);

const box = document.getElementById("search-box");
const field = document.getElementById("search");
const list = document.getElementById("results");
const said = document.getElementById("search-said");

function entry({ entity, matched }) {
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.href = ENTITIES.page[entity];
  anchor.textContent = ENTITIES.name[entity];
  const count = ENTITIES.findings[entity];
  const words = [matched && `also “${matched}”`, ENTITIES.id[entity], `${count} finding${count === 1 ? "" : "s"}`];
  const rest = document.createElement("span");
  rest.className = "quiet";
  rest.textContent = ` ${words.filter(Boolean).join(", ")}`;
  item.append(anchor, rest);
  return item;
}

function search() {
  const found = names.find(field.value, 20);
  list.replaceChildren(...found.map(entry));
  if (!field.value.trim()) said.textContent = "";
  else said.textContent = found.length ? `${found.length} found` : "Nothing by that name.";
}

field.addEventListener("input", search);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && list.querySelector("a")) list.querySelector("a").click();
});
box.hidden = false;
search();
