// What a server knows beyond this page: asked only where `mscgraph serve` sent the page, whose policy then lets it ask
// the place that it came from. A page that stands alone asks nothing of the network.

import { byId, make } from "./elements.js";

const SERVED = document.querySelector("meta[http-equiv=Content-Security-Policy]")
  ?.getAttribute("content")?.includes("connect-src 'self'") ?? false;

/**
 * A button that asks the server, and its answer in words below; nothing where there is no server.
 * @param {string} words
 * @param {() => [string, [string, string][]][]} questions commands with their parameters
 */
export function askServer(words, questions) {
  if (!SERVED) return null;
  const answer = make("pre", { class: "server-answer", tabindex: "0", "aria-label": "The server's answer", hidden: true });
  const said = make("p", { role: "status", class: "quiet" });
  const ask = async () => {
    said.textContent = "Asking …";
    const found = await Promise.all(questions().map(([command, given]) => answerOf(command, given)));
    answer.textContent = found.join("\n\n");
    answer.hidden = false;
    said.textContent = "Answered from the whole graph of this server.";
  };
  return make("div", {}, make("button", { class: "small", type: "button", onclick: ask }, words), said, answer);
}

async function answerOf(command, given) {
  try {
    const found = await fetch(`api/${command}?${new URLSearchParams([...given, ["format", "text"]])}`);
    if (found.ok) return await found.text();
    const { detail, suggestions = [] } = await found.json();
    return suggestions.length ? `${detail} Did you mean: ${suggestions.join(", ")}?` : detail;
  } catch {
    return "The server does not answer.";
  }
}

// The path form as it is filled in: also names that this page does not hold.
export function askServerForPaths() {
  const value = (name) => byId(`path-${name}`).value.trim();
  const several = (name) => value(name).split(";").map((text) => text.trim()).filter(Boolean);
  return askServer("Ask the server's whole graph", () => [["paths", [
    ["source", value("from")], ["target", value("to")], ["max-length", value("max")], ["effect", value("effect")],
    ["count", value("k")], ...["via", "avoid"].flatMap((name) => several(name).map((text) => [name, text])),
    ...(value("taxon") ? [["taxon", value("taxon")]] : []), ...(value("least") ? [["min-grade", value("least")]] : []),
  ]]]);
}

export const askServerForNeighbours = (id) => askServer("Neighbours on the server", () => ["upstream", "downstream"]
  .map((command) => [command, [["entity", id], ["max-length", "1"], ["count", "100"]]]));
