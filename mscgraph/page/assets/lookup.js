// The entities of this page by what people type.

import { ENTITIES, LINES_OF } from "./data.js";
import { Names } from "./names.js";

export const NAMES = new Names(ENTITIES, (entity) => LINES_OF[entity].length);

/** @param {string} text */
export const findEntities = (text, most = 12) => NAMES.find(text, most);
/** @param {string} text */
export const nearEntities = (text) => NAMES.near(text);
/** @param {string} text */
export const entityCalled = (text) => NAMES.called(text);
