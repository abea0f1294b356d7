// What findings say together: the same verdict as mscgraph/render/verdict.py, from how many findings of each
// kind pass the filters (`shown`) and how many there are (`whole`). Never a majority vote.

const MARKS = { both: "±", mixed: "◐", up: "↑", down: "↓", null: "○" };

// In the order of the kinds in verdict.py.
export function kindOf(shown, whole) {
  if ((shown.up || shown.down) && whole.up && whole.down) return "both";
  const effect = shown.up || shown.down || shown.open || 0;
  if (effect && (shown.null ?? 0) >= effect) return "mixed";
  const order = effect ? ["up", "down", "open"] : ["null", "correlation", "description", "void"];
  return order.find((kind) => shown[kind]) ?? "void";
}

// The sign of what there is against a kind, whatever the filters hide.
export function markOf(kind, whole) {
  if (kind === "both" || kind === "mixed") return MARKS[kind];
  if (!["up", "down", "null", "open"].includes(kind)) return "";
  const sides = ["up", "down"].filter((side) => whole[side] && side !== kind);
  if (sides.length && (kind === "null" || kind === "open")) return MARKS[sides.length > 1 ? "both" : sides[0]];
  return kind !== "null" && whole.null ? MARKS.null : "";
}
