// The picture as a figure that stands alone: styles written into it, legend, filters and version below.

import { DATA } from "./data.js";
import { byId, make, plural, save, svg } from "./elements.js";
import { filtered, filtersInWords } from "./filters.js";
import { overlayCaption } from "./overlay.js";
import { readState } from "./state.js";

const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-family",
  "font-weight", "text-anchor", "visibility"];

/** A copy of a drawing that has its looks in itself. @param {any} original */
function styledCopy(original) {
  const copy = original.cloneNode(true);
  const originals = [original, ...original.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const name of KEPT) element.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "id", "tabindex", "role", "aria-label", "aria-pressed"]) element.removeAttribute(name);
  });
  for (const hit of copy.querySelectorAll("[stroke='rgba(0, 0, 0, 0)']")) hit.remove();
  copy.removeAttribute("transform");
  return copy;
}

/** @param {string} [says] what the picture shows, in words */
export function pictureElement(says = "") {
  const chart = document.getElementById("year-chart");
  const scene = chart && !byId("look").hidden && byId("graph-view").hidden ? /** @type {any} */ (chart) : byId("scene");
  const bounds = scene.getBBox();
  const copy = styledCopy(scene);
  const ends = byId("ends").cloneNode(true);
  const marks = byId("ends").querySelectorAll("*");
  ends.querySelectorAll("*").forEach((element, i) => {
    const style = getComputedStyle(marks[i]);
    for (const name of ["fill", "stroke", "stroke-width"]) element.setAttribute(name, style.getPropertyValue(name));
  });
  const words = captionRows(says);
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
  return root;
}

/** @param {string} says */
export function pictureText(says) {
  // A name may hold characters that XML has no way to write.
  return new XMLSerializer().serializeToString(pictureElement(says))
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
}

/** @param {string} says */
function captionRows(says) {
  const state = readState();
  const { hidden } = filtered(state);
  const filters = filtersInWords(state);
  return [
    ...(says ? [says] : []),
    "↑ solid, arrow: increase   ↓ dashed, bar: decrease   ± dash-dot, diamond: contradicting",
    "◐ dash-dot-dot, half-filled circle: effect and no effect   ○ dotted, circle: no significant effect",
    "thin grey: direction not stated, correlation, seen without comparison or description. Width: best grade, A thick to D thin.",
    "A sign on a line: findings that speak against it, also where a filter leaves them out.",
    ...overlayCaption(),
    filters ? `Filters: ${filters}${hidden ? `; they hide ${plural(hidden, "finding")}` : ""}` : "Filters: none",
    `${DATA.title} · mscgraph data ${DATA.version} · CC BY 4.0`,
  ];
}

// In print the picture is whole and fitted to the sheet, with its caption: filters, version, licence.
export function wirePrint() {
  window.addEventListener("beforeprint", () => {
    if (byId("graph-view").hidden) return;
    const { theme } = document.documentElement.dataset;
    document.documentElement.dataset.theme = "light"; // paper is white
    const picture = pictureElement();
    document.documentElement.dataset.theme = theme;
    picture.setAttribute("aria-hidden", "true");
    for (const name of ["width", "height"]) picture.removeAttribute(name);
    // The page's own line ends are hidden with its picture: the copy has its own, by names of their own.
    for (const end of picture.querySelectorAll("[id]")) end.id = `sheet-${end.id}`;
    for (const line of picture.querySelectorAll("[marker-end]")) {
      line.setAttribute("marker-end", line.getAttribute("marker-end").replace("#end-", "#sheet-end-"));
    }
    byId("sheet").replaceChildren(picture);
    document.body.classList.add("printing");
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    byId("sheet").replaceChildren();
  });
}

/** @param {string} name @param {string} says */
export function savePng(name, says) {
  const text = pictureText(says);
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml;charset=utf-8" }));
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = make("canvas", { width: image.width * 2, height: image.height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    canvas.toBlob((blob) => save(name, "image/png", blob));
  });
  image.src = address;
}
