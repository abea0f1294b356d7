// The classic page: the library draws what Python has placed. Names and tooltips are text, never markup: the
// library is given no HTML element and no multi-font label.

(() => {
  "use strict";
  const began = performance.now();
  const { nodes, edges } = JSON.parse(document.getElementById("data").textContent);
  const large = edges.length > 2000;
  if (large) {
    // Dashes that can be seen when the whole is on the screen; finer ones take most of the time of drawing it.
    const xs = nodes.map((node) => node.x);
    const longer = Math.max(1, (Math.max(...xs) - Math.min(...xs)) / 1400);
    for (const edge of edges) if (edge.dashes) edge.dashes = edge.dashes.map((length) => length * longer);
  }
  const network = new vis.Network(
    document.getElementById("network"),
    { nodes, edges },
    {
      autoResize: true,
      physics: { enabled: false },
      layout: { improvedLayout: false },
      nodes: { shape: "box", font: { size: 13, multi: false }, borderWidth: 1, labelHighlightBold: false },
      edges: {
        smooth: large ? false : { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.35 },
        arrowStrikethrough: false,
        arrows: { to: { scaleFactor: large ? 0.5 : 0.7 } },
        selectionWidth: 1.5,
      },
      interaction: { hover: !large, hideEdgesOnDrag: large, hideEdgesOnZoom: large, keyboard: false, tooltipDelay: 120 },
    },
  );
  network.once("afterDrawing", () => {
    document.documentElement.dataset.interactive = String(Math.round(performance.now() - began));
  });
  network.fit();
  window.network = network;
})();
