/**
 * The JSON Schemas that editors use are zod's own, of the very schemas that judge the files. After a change of one:
 * `npx vitest run --project unit json-schemas --update`.
 */
import { expect, test } from "vitest"
import { z } from "zod"
import { environmentSchema, signalboxSchema, waiversSchema } from "../../../src/config/index.ts"
import { sharedPolicySchema } from "../../../src/config/schema/policy.ts"
import { gateReportSchema } from "../../../src/report/gates/schema.ts"
import { toolboxSchema } from "../../../src/toolbox/schema.ts"
import { smokeDefinition } from "../../../src/verify/smoke/definition.ts"

test.each([
  ["signalbox", signalboxSchema, "signalbox.yaml"],
  ["environment", environmentSchema, "environments/NAME.yaml"],
  ["waivers", waiversSchema, "the waiver file"],
  ["smoke", smokeDefinition, "smoke.yaml"],
  ["policy", sharedPolicySchema, "the shared policy of publish-policy"],
  ["toolbox", toolboxSchema, "toolbox.yaml"],
  ["report", gateReportSchema, "report.json of gates"],
] as const)("schema/%s.schema.json is what judges the file", async (name, schema, title) => {
  const made = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", target: "draft-7" })
  const text = `${JSON.stringify({ ...made, title }, null, 2)}\n`
  await expect(text).toMatchFileSnapshot(`../../../schema/${name}.schema.json`)
})
