// The picture as a figure that stands alone: styles written into it, legend, filters and version below.

import { DATA } from "./data.js";
import { byId, make, plural, save, svg } from "./elements.js";
import { FACETS, filtered } from "./filters.js";
import { overlayCaption } from "./overlay.js";
import { readState } from "./state.js";

const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-family",
  "font-weight", "text-anchor", "visibility"];

export function pictureText() {
  const scene = byId("scene");
  const bounds = scene.getBBox();
  const copy = scene.cloneNode(true);
  const originals = [scene, ...scene.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const name of KEPT) element.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "tabindex", "role", "aria-label", "aria-pressed"]) element.removeAttribute(name);
  });
  for (const hit of copy.querySelectorAll("[stroke='rgba(0, 0, 0, 0)']")) hit.remove();
  copy.removeAttribute("transform");
  const ends = byId("ends").cloneNode(true);
  const marks = byId("ends").querySelectorAll("*");
  ends.querySelectorAll("*").forEach((element, i) => {
    const style = getComputedStyle(marks[i]);
    for (const name of ["fill", "stroke", "stroke-width"]) element.setAttribute(name, style.getPropertyValue(name));
  });
  const words = captionRows();
  const width = Math.max(bounds.width + 40, 760);
  const height = bounds.height + 60 + 18 * words.length;
  const page = getComputedStyle(document.body);
  const root = svg("svg", {
    xmlns: "http://www.w3.org/2000/svg", width, height,
    viewBox: `${bounds.x - 20} ${bounds.y - 20} ${width} ${height}`,
  },
  svg("rect", { x: bounds.x - 20, y: bounds.y - 20, width, height, fill: page.backgroundColor }),
  ends, copy,
  words.map((text, i) => svg("text", {
    x: bounds.x, y: bounds.y + bounds.height + 30 + 18 * i, fill: page.color, "font-size": 12, "font-family": "sans-serif",
  }, text)));
  // A name may hold characters that XML has no way to write.
  return new XMLSerializer().serializeToString(root)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}

function captionRows() {
  const state = readState();
  const { hidden } = filtered(state);
  const filters = FACETS.filter(({ id }) => state.filters[id].length)
    .map(({ id, label }) => `${label}: ${state.filters[id].join(" or ")}`);
  if (state.contested) filters.push("only contradicting relations");
  return [
    "↑ solid, arrow: increase   ↓ dashed, bar: decrease   ± dash-dot, diamond: contradicting",
    "◐ dash-dot-dot, half-filled circle: effect and no effect   ○ dotted, circle: no significant effect",
    "thin grey: direction not stated, correlation or description. Width: best grade, A thick to D thin.",
    ...overlayCaption(),
    filters.length ? `Filters: ${filters.join("; ")}; they hide ${plural(hidden, "finding")}` : "Filters: none",
    `${DATA.title} · mscgraph data ${DATA.version} · CC BY 4.0`,
  ];
}

export function savePng() {
  const text = pictureText();
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml;charset=utf-8" }));
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = make("canvas", { width: image.width * 2, height: image.height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    canvas.toBlob((blob) => save("mscgraph.png", "image/png", blob));
  });
  image.src = address;
}
