// Reads Turtle, TriG, N-Triples or N-Quads from standard input with N3.js and writes it as N-Quads.
import { Parser, Writer } from "n3";

const format = process.argv[2];
let text = "";
for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
const writer = new Writer({ format: "N-Quads" });
writer.addQuads(new Parser({ format }).parse(text));
writer.end((error, result) => {
  if (error) throw error;
  process.stdout.write(result);
});
