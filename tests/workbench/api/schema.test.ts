// @vitest-environment node
import { readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

test("the types are those of the service's OpenAPI document; npm run api makes them anew", async () => {
  const document = JSON.parse(readFileSync(`${process.cwd()}/../../tests/specs/openapi.json`, "utf8"));
  const written = readFileSync(`${process.cwd()}/src/api/schema.d.ts`, "utf8");
  expect(written.endsWith(astToString(await openapiTS(document)))).toBe(true);
});
