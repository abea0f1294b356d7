// Reads JSON-LD from standard input and writes it as canonical N-Quads (RDFC-1.0) to standard output.
// No document is ever loaded from elsewhere: a context that is not embedded is an error.
import { readFileSync } from "node:fs";
import jsonld from "jsonld";

const documentLoader = (address) => {
  throw new Error(`the document asks for ${address}, which should be embedded`);
};
const document = JSON.parse(readFileSync(0, "utf-8"));
const options = { algorithm: "RDFC-1.0", format: "application/n-quads", documentLoader };
process.stdout.write(await jsonld.canonize(document, options));
