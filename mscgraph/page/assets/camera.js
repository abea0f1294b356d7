// Pan and zoom: drag, wheel, two fingers, keys and buttons move one layer; nothing is drawn anew.
//
// The picture is as large as what it holds, and while it moves it is a layer of its own, which the browser shifts
// and scales as it is. A layer keeps the sharpness it was drawn with, so at rest the picture is none.

import { byId } from "./elements.js";
import { drawn } from "./scene.js";

const camera = { x: 0, y: 0, scale: 1 };
const pointers = new Map();
let travelled = 0;

export const cameraMoved = () => travelled > 5;

const EDGE = 40; // arrow heads and hovered lines reach a little beyond what they belong to
/** @type {number | undefined} */
let resting;
/** @type {{ x: number, y: number, width: number, height: number } | null} */
let framed = null;

function applyCamera() {
  const graph = byId("graph");
  if (!drawn.bounds) return;
  if (framed !== drawn.bounds) {
    framed = drawn.bounds;
    graph.setAttribute("width", framed.width);
    graph.setAttribute("height", framed.height);
    graph.setAttribute("viewBox", `${framed.x} ${framed.y} ${framed.width} ${framed.height}`);
  }
  const { x, y, scale } = camera;
  graph.style.transform = `translate(${x + drawn.bounds.x * scale}px, ${y + drawn.bounds.y * scale}px) scale(${scale})`;
}

const REST = 180; // milliseconds without a move

function move() {
  applyCamera();
  byId("canvas").classList.add("moving");
  clearTimeout(resting);
  resting = setTimeout(rest, REST);
}

export function rest() {
  if (pointers.size) resting = setTimeout(rest, REST);
  else {
    byId("canvas").classList.remove("moving");
    keepReachable();
  }
}

function measureScene() {
  const { x, y, width, height } = byId("scene").getBBox();
  drawn.bounds = { x: x - EDGE, y: y - EDGE, width: width + 2 * EDGE, height: height + 2 * EDGE };
}

function paneSize() {
  const { width, height } = byId("canvas").getBoundingClientRect();
  return { width: width || 800, height: height || 500 };
}

const BUTTONS = 46; // where the buttons for zooming lie: below the picture, on a narrow screen above it

// The picture whole, but never so small that names cannot be read: then its left end is shown.
export function fitCamera(smallest = 0.92) {
  if (!drawn.places.size) return;
  measureScene();
  const bounds = byId("scene").getBBox();
  const { width, height: pane } = paneSize();
  const [height, top] = [pane - BUTTONS, matchMedia("(max-width: 760px)").matches ? BUTTONS : 0];
  const whole = Math.min((width - 24) / bounds.width, (height - 12) / bounds.height);
  camera.scale = Math.min(1.25, Math.max(smallest, whole));
  const fits = bounds.width * camera.scale <= width - 8;
  camera.x = fits ? (width - bounds.width * camera.scale) / 2 - bounds.x * camera.scale
    : 12 - bounds.x * camera.scale;
  const tall = bounds.height * camera.scale > height;
  camera.y = top + (tall ? 12 : (height - bounds.height * camera.scale) / 2) - bounds.y * camera.scale;
  applyCamera();
  keepReachable();
}

// Lines are as wide to the pointer when the picture is small; set at rest, since all of it is styled anew.
function keepReachable() {
  byId("graph").style.setProperty("--smaller", String(Math.min(1, camera.scale)));
}

function zoom(factor, x = paneSize().width / 2, y = paneSize().height / 2) {
  const scale = Math.min(4, Math.max(0.15, camera.scale * factor));
  camera.x = x - ((x - camera.x) * scale) / camera.scale;
  camera.y = y - ((y - camera.y) * scale) / camera.scale;
  camera.scale = scale;
  if (drawn.bounds) move();
}

function pan(x, y) {
  camera.x += x;
  camera.y += y;
  if (drawn.bounds) move();
}

// Bring elements that lie outside into the pane, smaller when they do not fit.
export function showInView(...elements) {
  const pane = openPane();
  const own = extent(elements);
  const factor = Math.min(1, (pane.width - 60) / own.width, (pane.height - 60) / own.height);
  if (factor < 1) zoom(Math.max(0.5, factor), own.left - pane.left, own.top - pane.top);
  const now = extent(elements);
  const beyond = (low, high, from, to) => (low < from ? from - low + 20 : high > to ? to - high - 20 : 0);
  const x = beyond(now.left, now.right, pane.left, pane.right);
  const y = beyond(now.top, now.bottom, pane.top, pane.bottom);
  if (x || y) pan(x, y);
}

// The part of the pane that the evidence panel does not cover on small screens.
function openPane() {
  const { left, top, right, bottom } = byId("canvas").getBoundingClientRect();
  const panel = byId("panel").getBoundingClientRect();
  const covered = panel.width > 0 && panel.left < right && panel.top < bottom;
  const below = covered && panel.width > 0.9 * (right - left);
  const pane = { left, top, right: covered && !below ? panel.left : right, bottom: below ? panel.top : bottom };
  return { ...pane, width: Math.max(pane.right - left, 120), height: Math.max(pane.bottom - top, 120) };
}

function extent(elements) {
  const all = elements.map((element) => element.getBoundingClientRect());
  const left = Math.min(...all.map((one) => one.left));
  const right = Math.max(...all.map((one) => one.right));
  const top = Math.min(...all.map((one) => one.top));
  const bottom = Math.max(...all.map((one) => one.bottom));
  return { left, right, top, bottom, width: right - left, height: bottom - top };
}

export function wireCamera() {
  const pane = byId("canvas");
  pane.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { left, top } = pane.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / (event.deltaMode ? 20 : 400)), event.clientX - left, event.clientY - top);
  }, { passive: false });
  pane.addEventListener("pointerdown", (event) => {
    if (event.target.closest("#zoom")) return;
    if (!pointers.size) travelled = 0;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  // On the window: a drag that leaves the pane goes on, and a click still meets the box under it.
  window.addEventListener("pointermove", movePointer);
  window.addEventListener("pointerup", (event) => pointers.delete(event.pointerId));
  window.addEventListener("pointercancel", (event) => pointers.delete(event.pointerId));
  byId("graph").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fitCamera();
  });
  byId("zoom-in").addEventListener("click", () => zoom(1.25));
  byId("zoom-out").addEventListener("click", () => zoom(0.8));
  byId("zoom-fit").addEventListener("click", () => fitCamera());
}

function movePointer(event) {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  const now = { x: event.clientX, y: event.clientY };
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  travelled += Math.hypot(now.x - before.x, now.y - before.y);
  if (other) {
    const grown = Math.hypot(now.x - other.x, now.y - other.y)
      / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
    const { left, top } = byId("canvas").getBoundingClientRect();
    zoom(grown, (now.x + other.x) / 2 - left, (now.y + other.y) / 2 - top);
  } else pan(now.x - before.x, now.y - before.y);
  pointers.set(event.pointerId, now);
}
