// SPDX-License-Identifier: Apache-2.0
// Writes src/api/contract.ts, the types of the REST contract, from the openapi.json that the C build generates. The
// file is not kept in the repository: proto/ is the only place where an operation or a field is declared.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const here = dirname(fileURLToPath(import.meta.url));
const builds = join(here, "../../../build");
const target = join(here, "../src/api/contract.ts");

/** The contract named by LM_OPENAPI, else that of the newest build. */
function findContract() {
  if (process.env.LM_OPENAPI) return process.env.LM_OPENAPI;
  const found = (existsSync(builds) ? readdirSync(builds) : [])
    .map((preset) => join(builds, preset, "gen/openapi.json"))
    .filter((path) => existsSync(path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!found[0]) throw new Error("no openapi.json: build the services first, or name one in LM_OPENAPI");
  return found[0];
}

const contract = JSON.parse(readFileSync(findContract(), "utf8"));
const ast = await openapiTS(contract, {
  enumValues: true, // lists of an enum's values, for filters and forms
  defaultNonNullable: false, // a field with a default may be left out of a request
});
const text = `// Generated from openapi.json by scripts/types.mjs.\n${astToString(ast)}`;

mkdirSync(dirname(target), { recursive: true });
if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
