import type { Directory } from "@dagger.io/dagger"
import { z } from "zod"
import { SignalboxError } from "../../domain/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import { packageGoals } from "./goals.ts"
import type { Project } from "./project.ts"
import { projectIn, type Request } from "./read.ts"
import { mavenReason } from "./reason.ts"
import { neverInput, notForBuild, withSources } from "./sources.ts"
import { commandOf, jobOf, out } from "./tools.ts"

const artifact = z.object({
  group: z.string(),
  artifact: z.string(),
  version: z.string(),
  sha1: z.string().regex(/^[0-9a-f]{40}$/),
})

/** What run/assemble.ts writes. */
const factsShape = z.object({
  layers: z.array(z.string().regex(/^[\w.-]+$/)),
  start: z.array(z.string()).nullable(),
  why: z.string().optional(),
  jdkModules: z.array(z.string().regex(/^[a-z][\w.]*$/)),
  springBoot: z.string().optional(),
  packages: z.object({ production: z.array(artifact), development: z.array(artifact) }),
})

export type PackagedFacts = z.output<typeof factsShape>

/** The application as Maven has packaged it. */
export interface Packaged {
  readonly project: Project
  /** `app` with a directory for each layer, and `facts.json`. */
  readonly output: Directory
  readonly facts: PackagedFacts
}

/** Builds the module, without what only its checks need. @throws TOOL_FAILED where Maven does not succeed */
export async function packaged(request: Request): Promise<Packaged> {
  const project = await projectIn(request)
  const sources = await withSources(project, request, [...neverInput, ...notForBuild])
  const job = { ...jobOf(project, request), task: "package" as const, arguments: packageGoals(project) }
  const output = sources.withExec(commandOf(job)).directory(out)
  const text = await output
    .file("facts.json")
    .contents()
    .catch((cause: unknown) => {
      throw new SignalboxError(
        "TOOL_FAILED",
        {
          what: `the image of ${request.name} could not be built`,
          where: project.component.file,
          why: whyFailed(cause, mavenReason),
          next: "fix what it names; where that is a network or a disk: dagger call doctor",
        },
        { cause },
      )
    })
  return { project, output, facts: factsShape.parse(JSON.parse(text)) }
}
