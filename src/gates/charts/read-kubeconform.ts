import { z } from "zod"
import type { ObjectKind } from "../../chart/index.ts"
import type { ToolFinding } from "../../domain/index.ts"
import { readJson, unreadable } from "../formats/read.ts"

const report = z.object({
  resources: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      version: z.string(),
      status: z.string(),
      msg: z.string(),
    }),
  ),
  summary: z.object({ valid: z.number(), invalid: z.number(), errors: z.number(), skipped: z.number() }),
})

const withoutSchema =
  "add its CustomResourceDefinition to the chart's crds/, or accept the kind with a reason: gates.charts.accepted in signalbox.yaml"

/** A finding, with the kind whose schema is not known. */
export interface SchemaFinding extends ToolFinding {
  readonly kind?: ObjectKind
}

/**
 * Output of `kubeconform -output json -summary -verbose -strict`. An object whose schema is not known is a finding too:
 * its fields were not checked. @throws OUTPUT_UNREADABLE
 */
export function readKubeconform(
  stdout: string | undefined,
  fileOf: (kind: string, name: string) => string,
): { findings: SchemaFinding[]; objects: number } {
  const { resources, summary } = readJson("kubeconform", stdout, report)
  const objects = summary.valid + summary.invalid + summary.errors
  if (objects === 0) throw unreadable("kubeconform", "it saw no object")
  const findings = resources
    .filter(({ status }) => status === "statusInvalid" || status === "statusError")
    .map(({ kind, name, version, status, msg }): SchemaFinding => {
      const object = kind === "" ? "the manifest" : `${kind}/${name} (${version})`
      const detail = msg.replace(
        /^problem validating schema.*?jsonschema validation failed with '[^']*' - /s,
        "",
      )
      const rule =
        status === "statusInvalid" ? "schema-invalid" : kind === "" ? "manifest-unreadable" : "schema-missing"
      return {
        rule,
        severity: "high",
        message: `${object}: ${detail}`,
        location: { file: fileOf(kind, name) },
        subject: `${kind}/${name} ${detail}`,
        ...(rule === "schema-missing" ? { kind: { apiVersion: version, kind }, fix: withoutSchema } : {}),
      }
    })
  const counted = summary.invalid + summary.errors
  if (findings.length !== counted)
    throw unreadable("kubeconform", `it counts ${counted} bad objects and names ${findings.length}`)
  return { findings, objects }
}
