// The picture that is on the screen, and the one element in it that Tab stops at.

import { byId } from "./elements.js";

/**
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ x: number, y: number, width: number, height: number }} Bounds
 * @typedef {{ entities: number[], lines: number[], places?: Map<number, Point>, cut?: boolean, note: string }} Picture
 */

/**
 * The picture, the place of each entity, the elements of lines and boxes, the way of each line, what all measures;
 * the lines that pass the filters, and the lines of the view, for the exports.
 * @type {{ picture: Picture | null, places: Map<number, any>, lines: Map<number, any>, boxes: Map<number, any>,
 *   routes: Map<number, any>, trunks: any[], bounds: Bounds | null, visible: number[], shown: number[] }}
 */
export const drawn = {
  picture: null, places: new Map(), lines: new Map(), boxes: new Map(), routes: new Map(), trunks: [], bounds: null,
  visible: [], shown: [],
};

/** @type {any} */
let current = null;

export function rove(element) {
  if (!element) return;
  for (const old of byId("scene").querySelectorAll('[tabindex="0"]')) old.setAttribute("tabindex", "-1");
  element.setAttribute("tabindex", "0");
  current = element;
}

export function keepOneTabStop() {
  if (!current?.isConnected) {
    const first = drawn.boxes.keys().next().value;
    rove(first === undefined ? null : drawn.boxes.get(first));
  }
}

