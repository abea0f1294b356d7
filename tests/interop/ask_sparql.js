// Asks a SPARQL endpoint with the client of Comunica, and prints what ?f is bound to.
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";
const fetcher = new SparqlEndpointFetcher({ method: process.argv[2] });
const stream = await fetcher.fetchBindings(process.argv[3], process.argv[4]);
const found = [];
stream.on("data", ({ f }) => found.push(f.value));
stream.on("end", () => console.log(JSON.stringify(found)));
