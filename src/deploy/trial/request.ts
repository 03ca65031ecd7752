import { z } from "zod"
import { componentName, name, releaseName, sha256Fingerprint } from "../../config/schema/primitives.ts"

/**
 * What `node src/deploy/trial/main.ts COMMAND --input DIR/request.json --kubeconfig FILE --out DIR` does. Beside
 * `request.json` lie `chart/` and the files of `values` in `values/`.
 *
 * | command | does |
 * |---|---|
 * | `look` | whether the tree may be tried on this cluster, and which registry the cluster says that it has; changes nothing |
 * | `apply` | makes the namespace where there is none, rolls out, waits; answers with the Services of the components |
 * | `end` | deletes the namespace |
 */
export const trialCommands = ["look", "apply", "end"] as const
export type TrialCommand = (typeof trialCommands)[number]

/** An environment of the project, as far as a try has to keep away from it. */
const keptEnvironment = z.strictObject({
  name,
  namespace: name,
  protected: z.boolean(),
  server: z.string().nullable(),
  caFingerprint: sha256Fingerprint.nullable(),
})

export const trialRequest = z.strictObject({
  schemaVersion: z.literal(1),
  project: name,
  namespace: name,
  /** Name of the Helm release. */
  release: releaseName,
  /** Address that replaces the one of the kubeconfig; null: its own is used. */
  server: z.string().nullable(),
  kept: z.array(keptEnvironment).readonly(),
  /** Names of the values files, in order. */
  values: z.array(z.string()).readonly(),
  /** Components that may have a Service. */
  components: z.array(componentName).readonly(),
})

export type KeptEnvironment = z.output<typeof keptEnvironment>
export type TrialRequest = z.output<typeof trialRequest>

const openPort = z.strictObject({ component: z.string(), service: z.string(), port: z.int() })

/** The `answer.json` of each command. */
export const trialAnswers = {
  look: z.strictObject({
    /** Address by which the cluster says that it pulls from a registry of this machine; null: it says nothing. */
    registry: z.string().nullable(),
    /** What could not be looked at. */
    unknown: z.array(z.string()).readonly(),
  }),
  apply: z.strictObject({
    revision: z.int(),
    services: z.array(openPort).readonly(),
    unknown: z.array(z.string()).readonly(),
  }),
  end: z.strictObject({ removed: z.boolean() }),
} satisfies Record<TrialCommand, z.ZodType>

export type TrialAnswer = { readonly [Command in TrialCommand]: z.output<(typeof trialAnswers)[Command]> }
export type OpenPort = z.output<typeof openPort>
