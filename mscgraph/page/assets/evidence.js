// What the findings say: which pass the filters, and the verdict of each line. Never a majority vote.

const VERDICTS = {
  up: { sign: "↑", word: "increases", label: "increase" },
  down: { sign: "↓", word: "decreases", label: "decrease" },
  both: { sign: "±", word: "contradicting", label: "contradicting" },
  null: { sign: "○", word: "no significant effect", label: "no significant effect" },
  open: { sign: "?", word: "direction not stated", label: "direction not stated" },
  correlation: { sign: "~", word: "correlates", label: "correlation" },
  description: { sign: "·", word: "described", label: "description, no effect claimed" },
  void: { sign: "×", word: "paper retracted or under concern", label: "retracted or under concern" },
};

function isContestedLine(line) {
  const { up, down } = wholeSides(line);
  return up > 0 && down > 0;
}

function tally(findings) {
  const counts = { up: 0, down: 0, null: 0, open: 0, correlation: 0, description: 0, void: 0 };
  for (const i of findings) counts[DIRECTION.get(i)] += 1;
  return counts;
}

// What counts on each side of a line in the whole data, whatever the filters hide.
function wholeSides(line) {
  line.sides ??= tally(line.findings.filter((i) => COUNTS.get(i)));
  return line.sides;
}

// The verdict of a line from the findings that pass. A line with findings on both sides is never drawn
// one-sided: what the filters hide still makes it contradicting, or leaves a mark on it.
function judge(line, flags) {
  const shown = line.findings.filter((i) => flags[i]);
  const counts = tally(shown);
  const whole = wholeSides(line);
  const verdict = verdictOf(counts, whole);
  return {
    verdict,
    mark: markOf(verdict, whole),
    counts,
    shown,
    hidden: line.size - shown.length,
    grade: bestGrade(line, verdict, shown),
  };
}

function verdictOf(counts, whole) {
  if (counts.up || counts.down) {
    if (whole.up && whole.down) return "both";
    return counts.up ? "up" : "down";
  }
  return ["null", "open", "correlation", "description", "void"].find((kind) => counts[kind]) ?? "hidden";
}

// The other side of a line, in the middle of it: findings that count and say otherwise.
function markOf(verdict, whole) {
  if (verdict === "both") return "±";
  if ((verdict === "up" || verdict === "down") && whole.null) return "○";
  if (verdict === "null" || verdict === "open") {
    if (whole.up && whole.down) return "±";
    if (whole.up || whole.down) return whole.up ? "↑" : "↓";
    if (verdict === "open" && whole.null) return "○";
  }
  return "";
}

// The best grade among the relations that support the drawn direction and have a finding that passes: a
// strong null result does not thicken a weak effect.
function bestGrade(line, verdict, shown) {
  const supports = verdict === "both" ? ["up", "down"] : [verdict];
  const letters = shown
    .filter((i) => COUNTS.get(i) && supports.includes(DIRECTION.get(i)))
    .map((i) => GRADING.get(OF[i])[0]);
  return DATA.letters.find((letter) => letters.includes(letter)) ?? "–";
}

// Whether the two directions of a contradicting line meet in one aspect, or only in different ones.
function contradictsInOneAspect(line) {
  const seen = new Map();
  for (const i of line.findings) {
    const direction = DIRECTION.get(i);
    if (!COUNTS.get(i) || (direction !== "up" && direction !== "down")) continue;
    const [, aspect] = KIND.get(OF[i]);
    if ((seen.get(aspect) ?? direction) !== direction) return true;
    seen.set(aspect, direction);
  }
  return false;
}

function verdictSentence(line, judged) {
  const { counts, shown, hidden } = judged;
  const said = ["up", "down", "null", "open", "correlation", "description", "void"]
    .filter((kind) => counts[kind])
    .map((kind) => `${counts[kind]} ${VERDICTS[kind].label}`)
    .join(", ");
  const whole = wholeSides(line);
  if (!shown.length) return `All ${plural(line.size, "finding")} are hidden by the filters.`;
  if (judged.verdict === "both") {
    const kind = contradictsInOneAspect(line)
      ? "Contradicting"
      : "Both directions, but of different aspects";
    const lost = (!counts.up || !counts.down) && hidden ? "; the filters hide the other side" : "";
    return `${kind}: of ${plural(shown.length, "finding")} shown ${said}${lost}.`;
  }
  const head = judged.verdict === "up" || judged.verdict === "down"
    ? `${VERDICTS[judged.verdict].word[0].toUpperCase()}${VERDICTS[judged.verdict].word.slice(1)}`
    : `${VERDICTS[judged.verdict].label[0].toUpperCase()}${VERDICTS[judged.verdict].label.slice(1)}`;
  let against = "";
  if (judged.mark === "○") against = `; ${plural(whole.null, "finding")} against: no effect seen`;
  else if (judged.mark) against = "; other findings state a direction";
  return `${head}: of ${plural(shown.length, "finding")} shown ${said}${against}.`;
}
