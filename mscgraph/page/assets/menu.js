// A menu that a button opens: arrow keys, Home, End and first letters move in it, Escape leaves it.

/**
 * @param {any} button
 * @param {any} menu an element of role menu
 * @param {() => void} fill makes its items when it opens
 */
export function wireMenu(button, menu, fill) {
  const items = () => /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);
  const close = () => {
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
  };
  const open = () => {
    fill();
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    items()[0]?.focus();
  };
  button.addEventListener("click", () => (menu.hidden ? open() : close()));
  button.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open();
    if (event.key === "ArrowUp") items().at(-1)?.focus();
  });
  menu.addEventListener("click", (/** @type {any} */ event) => {
    if (!event.target.closest("[role=menuitem]")) return;
    close();
    button.focus();
  });
  menu.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const all = items();
    const now = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    const named = [...all.slice(now + 1), ...all.slice(0, now + 1)]
      .find(({ textContent }) => textContent?.toLowerCase().startsWith(event.key.toLowerCase()));
    /** @type {Record<string, HTMLElement | undefined>} */
    const next = {
      ArrowDown: all[(now + 1) % all.length], ArrowRight: all[(now + 1) % all.length],
      ArrowUp: all.at(now - 1), ArrowLeft: all.at(now - 1), Home: all[0], End: all.at(-1),
    };
    if (event.key === "Tab") close();
    else if (event.key === "Escape") {
      close();
      button.focus();
      event.stopPropagation();
    } else if (event.key in next || (letter && event.key !== " " && named)) {
      (next[event.key] ?? named)?.focus();
      event.preventDefault();
    }
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!menu.hidden && !menu.contains(target) && !button.contains(target)) close();
  });
}
