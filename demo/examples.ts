import type { ToolName } from "../src/toolbox/index.ts"
import { type StepId, stepIds } from "./steps.ts"

/** An application that the demo releases. */
export interface Example {
  readonly name: ExampleName
  /** Its directory, a repository of its own; null: it is released by the signalbox.yaml of this project. */
  readonly directory: string | null
  /** Components that are deployed. */
  readonly components: readonly string[]
  /** Namespace by environment. */
  readonly namespaces: Readonly<Record<string, string>>
  readonly steps: readonly StepId[]
  /** Images beside those of every call: languages and gates as `npm run toolchain -- images` names them. */
  readonly images: readonly string[]
  /** A manifest that is applied to each namespace beforehand: what the release needs and does not bring. */
  readonly fixture: Fixture | null
}

interface Fixture {
  readonly file: string
  /** A Secret that the manifest names, with one key and a value of its own for each run. */
  readonly secret: { readonly name: string; readonly key: string }
  /** Image in the manifest, and the tool of the toolbox that stands in its place. */
  readonly image: { readonly named: string; readonly tool: ToolName }
}

export const exampleNames = ["intelligent-agent", "pricing-agent", "intelliflow"] as const
export type ExampleName = (typeof exampleNames)[number]
export const defaultExample: ExampleName = "intelligent-agent"

/** From the sources to production. The others plant defects in the sources of the default example. */
const toProduction: readonly StepId[] = ["build", "gates", "publish", "staging", "production"]

const inTwoEnvironments = (name: string) => ({
  staging: `${name}-staging`,
  production: `${name}-production`,
})

export const examples: Readonly<Record<ExampleName, Example>> = {
  "intelligent-agent": {
    name: "intelligent-agent",
    directory: null,
    components: ["backend", "frontend"],
    namespaces: {
      development: "intelligent-agent-dev",
      staging: "intelligent-agent-staging",
      production: "intelligent-agent-prod",
    },
    steps: stepIds,
    images: [],
    fixture: null,
  },
  "pricing-agent": {
    name: "pricing-agent",
    directory: "examples/pricing-agent",
    components: ["inference", "web"],
    namespaces: inTwoEnvironments("pricing-agent"),
    steps: toProduction,
    images: ["python", "integration"],
    fixture: {
      file: "deploy/postgres.yaml",
      secret: { name: "pricing-database", key: "PGPASSWORD" },
      image: { named: "docker.io/library/postgres:15.8-bookworm", tool: "postgres" },
    },
  },
  intelliflow: {
    name: "intelliflow",
    directory: "examples/intelliflow",
    components: ["scoring", "transactions"],
    namespaces: inTwoEnvironments("intelliflow"),
    steps: toProduction,
    images: ["java", "python"],
    fixture: null,
  },
}

/** Steps of the demo that an example does without. */
export function leftOut({ steps }: Pick<Example, "steps">): readonly StepId[] {
  return stepIds.filter((id) => !steps.includes(id))
}

/** Where the results of an example's run are, below the project. */
export function resultsOf({ name }: Pick<Example, "name">): string {
  return name === defaultExample ? "out/demo" : `out/demo-${name}`
}
