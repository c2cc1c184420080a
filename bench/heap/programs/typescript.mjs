/** A process that has loaded the TypeScript compiler: strings, closures and code of one large script. */
import { createRequire } from "node:module";
import { writeSnapshot } from "./snapshot.mjs";

const typescript = createRequire(import.meta.url)("typescript");
await writeSnapshot(process.argv[2]);
console.log(typescript.version);
