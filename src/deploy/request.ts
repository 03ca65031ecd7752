import { z } from "zod"
import { environmentSchema } from "../config/schema/environment.ts"
import { digest, duration } from "../config/schema/primitives.ts"
import {
  type Duration,
  type Journal,
  type Ledger,
  overrideRules,
  type ReleaseRecord,
  type ScanStatement,
} from "../domain/index.ts"
import { type Envelope, envelopeSchema } from "../evidence/statements/index.ts"
import { journalShape, ledgerShape } from "./state/index.ts"

/**
 * The driver's request: `node src/deploy/driver/main.ts COMMAND --input DIR/request.json --kubeconfig FILE --out DIR`.
 *
 * Beside `request.json` lie `chart/`, the files of `values` in `values/`, and, where they exist, `smoke.yaml` and `load.js`.
 *
 * | command | reads | does |
 * |---|---|---|
 * | `observe` | | what runs, since when, verified by what; never changes anything |
 * | `plan` | kind, record, promotion | writes plan.json and plan.md; 0, or the code of the refusal |
 * | `run` | kind, record, promotion, approve | deploys or promotes |
 * | `rollback` | rollback | back to the last verified set or to a verified Helm revision |
 * | `hold`, `lift` | hold / lift | refuses a release until lifted / lifts it with a reason |
 * | `unlock` | unlock | removes the lock of a named holder |
 * | `smoke`, `load` | load | tests what runs |
 * | `operation` | | journal and ledger as they are |
 * | `repair` | repair | restores a lost or damaged ledger or journal from evidence |
 */
export const driverCommands = [
  "observe",
  "plan",
  "run",
  "rollback",
  "hold",
  "lift",
  "unlock",
  "smoke",
  "load",
  "operation",
  "repair",
] as const
export type DriverCommand = (typeof driverCommands)[number]

/** Only what the driver decides by is checked here; the rest of a record is carried along, and counts in its digest. */
const record = z
  .looseObject({
    schemaVersion: z.literal(1),
    project: z.string(),
    version: z.string(),
    images: z.array(z.looseObject({ component: z.string(), repository: z.string(), digest })).min(1),
    chart: z.looseObject({ name: z.string(), version: z.string(), digest }),
    gates: z.array(z.looseObject({ gate: z.string(), verdict: z.string() })),
  })
  .transform((value) => value as unknown as ReleaseRecord)

const scan = z
  .looseObject({
    schemaVersion: z.literal(1),
    record: digest,
    images: z.record(z.string(), digest),
    date: z.string(),
    gates: z.array(z.looseObject({ gate: z.string(), verdict: z.string() })),
    waivers: z.array(z.looseObject({ id: z.string(), expires: z.string(), fingerprint: digest })),
  })
  .transform((value) => value as unknown as ScanStatement)

/** A person's words in one line of plain text: they are printed among lines of ours, on terminals and in reports. */
const words = z
  .string()
  .transform((text) => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim())
  .pipe(z.string().min(1))

const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.ya?ml$/, "a plain file name ending in .yaml")

export const driverRequest = z.object({
  schemaVersion: z.literal(1),
  project: z.string().min(1),
  environment: environmentSchema,
  /** Components with the endpoint of their health check: port, where it is stated, and health path. */
  components: z.record(z.string(), z.object({ port: z.number().int().optional(), health: z.string() })),
  /** Shown to a caller that waits for the lock; `id` is unique per call. */
  holder: z.object({ who: words, id: z.string().min(1) }),
  /** Id of this operation, unique per call; a resumed operation has its former id. */
  operation: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "letters, digits, dots, - and _"),
  /** RFC 3339 date-time of the call: what ages and expiries are judged by. */
  date: z.iso.datetime({ offset: true }),
  /** Replaces the server address of the kubeconfig (`--cluster`); TLS still verifies the original host name. */
  server: z.string().nullable().default(null),
  /** Whether the environment's own file names the load profile: then a release without a script is refused (13). */
  loadAsked: z.boolean().default(false),
  /** Of `plan` and `run`. */
  kind: z.enum(["deploy", "promote"]).default("deploy"),
  record: record.nullable().default(null),
  /** A later judgement of the record's digests, where its databases are too old; null: there is none. */
  scan: scan.nullable().default(null),
  /** Its statement, which counts where the policy lists keys; null: there is none. */
  scanStatement: envelopeSchema.nullable().default(null),
  /** Names below `values/`, in the order in which they are merged; the images are added last by the driver. */
  values: z.array(fileName).default([]),
  /** Where the source tree has chart and shared values, as findings and waivers name them; null: Signalbox's, none. */
  sources: z
    .object({ chart: z.string().nullable().default(null), values: z.string().nullable().default(null) })
    .prefault({}),
  /** Images of the tools that act, with their digest where it is known: a plan covers them. */
  tools: z.record(z.string(), z.string()).default({}),
  /** Gates whose evidence a protected environment requires. */
  requiredGates: z.array(z.string()).default([]),
  /** Those of them that signalbox.yaml requires by name. */
  namedGates: z.array(z.string()).default([]),
  /** Those of them whose findings only warn. */
  warningGates: z.array(z.string()).default([]),
  /** Branches whose policy a release must have been held against, for a protected environment. */
  protectedBranches: z.array(z.string()).default([]),
  /** Whose policy the environment follows: oldest root commit of the repository, and branch. Null: it is not protected. */
  policyAnchor: z.object({ repository: z.string(), branch: z.string() }).nullable().default(null),
  /** Reference of this operation's evidence, written into the ledger. */
  evidence: z.string().nullable().default(null),
  /** Signed statement of the release's record; null where it has none. */
  statement: envelopeSchema.nullable().default(null),
  /** Public keys of the policy. Where there are any, a protected environment requires a signature by one of them. */
  signingKeys: z.array(z.object({ name: z.string(), publicKey: z.string() })).default([]),
  /**
   * Of `environment.promotesFrom`: its ledger (null: none) and the UID of its namespace, read by an `observe` there, its
   * verificationTtl, and the stored statements about this release there.
   */
  promotion: z
    .object({
      from: z.string(),
      ledger: ledgerShape.nullable(),
      cluster: z.string().nullable().default(null),
      verificationTtl: duration,
      statements: z.array(envelopeSchema).default([]),
    })
    .nullable()
    .default(null),
  /** Who has approved the release, where the environment needs approvals; null: the call does not say. */
  approval: z
    .object({
      /** Approvers of the policy. */
      approvers: z.array(z.object({ name: z.string(), emails: z.array(z.string()) })),
      /** Names that the CI server passed on. */
      approvedBy: z.array(words),
      /** Whose changes are released; null: not known. */
      changes: z
        .object({
          /** Record of the release that was verified here last, since which they are new; null: none was. */
          since: digest.nullable(),
          /** Addresses of authors, committers and co-authors. */
          authors: z.array(z.string()).min(1),
        })
        .nullable(),
    })
    .nullable()
    .default(null),
  /** Rules that the call overrides; null: none. */
  override: z
    .object({
      rules: z.array(z.enum(overrideRules)).min(1),
      reason: words,
      until: z.iso.datetime({ offset: true }).nullable(),
      /** What the policy of the base allows; null: nothing. */
      policy: z
        .object({
          rules: z.array(z.enum(overrideRules)),
          approvers: z.array(z.string()),
          expires: z.string().nullable(),
          maxAge: duration,
        })
        .nullable(),
    })
    .nullable()
    .default(null),
  /** Hash of the plan that a person approved. */
  approve: digest.nullable().default(null),
  /** Of `rollback`. `revision` is a Helm revision; null: the last verified set other than the current one. */
  rollback: z
    .object({
      revision: z.number().int().positive().nullable().default(null),
      reason: words.default("rolled back by hand"),
      /** Only says what it would do. */
      rehearse: z.boolean().default(false),
    })
    .nullable()
    .default(null),
  /** Of `hold`. Null version: what runs now. */
  hold: z
    .object({ version: z.string().nullable().default(null), reason: words })
    .nullable()
    .default(null),
  /** Of `lift`. Null version: the only hold there is. */
  lift: z
    .object({ version: z.string().nullable().default(null), reason: words })
    .nullable()
    .default(null),
  /** Of `unlock`: the holder as `status` names it. */
  unlock: z.object({ holder: words }).nullable().default(null),
  /** Of `repair`: what the newest evidence with a readable ledger says. */
  repair: z
    .object({
      ledger: ledgerShape.nullable().default(null),
      journal: journalShape.nullable().default(null),
      /** Id of the call whose evidence it is; null: there is none. */
      from: z.string().nullable(),
      /** Highest fencing number that the evidence knows of. */
      known: z.int().min(0),
      /** Why what operations after that have held need not be held. */
      reason: words.nullable().default(null),
    })
    .nullable()
    .default(null),
  /** Of `load`; what is null comes from the profile's table. */
  load: z
    .object({
      profile: z.string(),
      scale: z.number().positive().default(1),
      users: z.number().int().positive().nullable().default(null),
      durationSeconds: z.number().positive().nullable().default(null),
      rampUpSeconds: z.number().min(0).nullable().default(null),
      /** Lifts the cap of 25 users in a protected environment. */
      allowAboveCap: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    })
    .nullable()
    .default(null),
})

/** As it is read, with defaults filled in. */
export type DriverRequest = z.output<typeof driverRequest>
/** As it is written into request.json. */
export type DriverRequestInput = Omit<
  z.input<typeof driverRequest>,
  "record" | "scan" | "promotion" | "repair"
> & {
  readonly record?: ReleaseRecord | null
  readonly scan?: ScanStatement | null
  readonly repair?: {
    readonly ledger: Ledger | null
    readonly journal?: Journal | null
    readonly from: string | null
    readonly known: number
    readonly reason?: string | null
  } | null
  readonly promotion?: {
    readonly from: string
    readonly ledger: Ledger | null
    readonly cluster?: string | null
    readonly verificationTtl: Duration | string
    readonly statements?: readonly Envelope[]
  } | null
}
