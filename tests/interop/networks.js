// Reads a network with the program that the format is for, without a window, and writes what that program
// holds as JSON: {nodes, edges}, each a list of rows, with the looks it computed.
//   node networks.js cyjs|gexf|dot FILE
import { readFileSync } from "node:fs";

const [form, file] = process.argv.slice(2);
const text = readFileSync(file, "utf-8");

const readers = {
  async cyjs() {
    const { default: cytoscape } = await import("cytoscape");
    const graph = cytoscape({ ...JSON.parse(text), headless: true, styleEnabled: true });
    const shown = ["line-style", "target-arrow-shape", "line-color"];
    return {
      nodes: graph.nodes().map((node) => ({ ...node.data(), place: node.position() })),
      edges: graph.edges().map((edge) => ({
        ...edge.data(),
        subject: edge.source().id(),
        object: edge.target().id(),
        look: Object.fromEntries(shown.map((name) => [name, edge.style(name)])),
      })),
    };
  },

  async gexf() {
    const { default: graphology } = await import("graphology");
    const { default: gexf } = await import("graphology-gexf");
    const graph = gexf.parse(graphology.MultiGraph, text);
    return {
      nodes: graph.mapNodes((id, row) => ({ ...row, id })),
      edges: graph.mapEdges((id, row, subject, object) => ({ ...row, id, subject, object })),
    };
  },

  async dot() {
    const { instance } = await import("@viz-js/viz");
    const done = (await instance()).render(text, { format: "dot_json", engine: "dot" });
    if (done.status !== "success") throw new Error(JSON.stringify(done.errors));
    const { objects = [], edges = [] } = JSON.parse(done.output);
    const ends = new Map(objects.map((node) => [node._gvid, node.id]));
    return {
      nodes: objects,
      edges: edges.map((edge) => ({ ...edge, subject: ends.get(edge.tail), object: ends.get(edge.head) })),
    };
  },
};
// Cytoscape's clock would keep node running.
process.stdout.write(JSON.stringify(await readers[form]()), () => process.exit(0));
