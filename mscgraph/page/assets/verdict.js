// What findings say together: the same verdict as mscgraph/render/verdict.py, from how many findings of each
// kind pass the filters (`shown`) and how many there are (`whole`). Never a majority vote.

const MARKS = { both: "±", mixed: "◐", up: "↑", down: "↓", null: "○" };

// In the order of the kinds in verdict.py.
export function kindOf(shown) {
  if (shown.up && shown.down) return "both";
  const effect = shown.up || shown.down || shown.open || 0;
  if (effect && (shown.null ?? 0) >= effect) return "mixed";
  const order = effect ? ["up", "down", "open"] : ["null", "correlation", "observation", "description", "void"];
  return order.find((kind) => shown[kind]) ?? "void";
}

// The sign of what there is against a kind, whatever the filters hide.
export function markOf(kind, whole) {
  if (!["both", "mixed", "up", "down", "null", "open"].includes(kind)) return "";
  const sides = ["up", "down"].filter((side) => whole[side] || side === kind);
  if (kind === "both" || sides.length > 1) return MARKS.both;
  if (kind === "mixed") return MARKS.mixed;
  if (sides.length && (kind === "null" || kind === "open")) return MARKS[sides[0]];
  return kind !== "null" && whole.null ? MARKS.null : "";
}

// What a direction means for the patient where more of the target is better (1) or worse (-1).
export function meaningOf(kind, more) {
  const sign = { up: 1, down: -1 }[kind] ?? 0;
  return ["harm", "", "benefit"][1 + sign * more];
}
