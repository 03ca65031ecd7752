/** Staging and a protected production on the real cluster, asked by the driver alone, as the module asks it. */
import { type Plan, planHash, type ReleaseRecord, sha256 } from "../../../../src/domain/index.ts"
import { releaseStatement } from "../../../../src/evidence/statements/index.ts"
import {
  type DriverEnd,
  type Question,
  TestEnvironment,
} from "../../../cluster/deploy-support/environment.ts"
import { keys } from "./keys.ts"
import { envelopeOf, statementOf } from "./records.ts"
import { objectsIn, type Watch } from "./refused.ts"

export type Promotion = NonNullable<Question["promotion"]>

export class Protected {
  readonly staging: TestEnvironment
  readonly production: TestEnvironment
  /** UID of staging's namespace. */
  readonly cluster: string
  readonly #promotions = new Map<string, Promotion>()

  private constructor(staging: TestEnvironment, production: TestEnvironment, cluster: string) {
    this.staging = staging
    this.production = production
    this.cluster = cluster
  }

  static async create(): Promise<Protected> {
    const [staging, production] = await Promise.all([
      TestEnvironment.create("attack-stage"),
      TestEnvironment.create("attack-prod"),
    ])
    const path = "jsonpath={.metadata.uid}"
    const uid = await staging.kubectl(["get", "namespace", staging.namespace, "--output", path])
    return new Protected(staging, production, uid)
  }

  async remove(): Promise<void> {
    await Promise.all([this.staging.remove(), this.production.remove()])
  }

  readonly watch: Watch = () => objectsIn(this.production)

  /** A release that staging has verified, as CI deploys it there. */
  async verified(version: string, more: Partial<ReleaseRecord> = {}): Promise<ReleaseRecord> {
    const record = await this.staging.release({ version, kind: "good" }, more)
    const end = await this.staging.call("run", { record })
    if (end.code !== 0) throw new Error(`${version} is not verified in staging: ${end.stderr}`)
    return record
  }

  /** What staging says of a release, with the statement that CI has signed about it. */
  async promotion(record: ReleaseRecord): Promise<Promotion> {
    const known = this.#promotions.get(record.version)
    if (known !== undefined) return known
    const { ledger } = await this.staging.observe()
    const entry = ledger.entries.findLast(({ set }) => set.version === record.version)
    if (entry === undefined) throw new Error(`${record.version} was never deployed to staging`)
    const statement = await envelopeOf(
      statementOf(entry, { environment: "test", cluster: this.cluster }),
      keys.release,
    )
    const found = {
      from: "test",
      ledger,
      cluster: this.cluster,
      verificationTtl: "1d",
      statements: [statement],
    }
    this.#promotions.set(record.version, found)
    return found
  }

  /** What the protected job asks about a release of CI's. */
  async question(record: ReleaseRecord, more: Question = {}): Promise<Question> {
    return {
      kind: "promote",
      record,
      requiredGates: [],
      protectedBranches: ["main"],
      policyAnchor: { repository: sha256("root").slice(7, 47), branch: "main" },
      environment: this.environment(),
      promotion: more.promotion ?? (await this.promotion(record)),
      statement: await envelopeOf(releaseStatement(record), keys.release),
      signingKeys: [{ name: "release", publicKey: keys.release.publicKey }],
      ...more,
    }
  }

  environment(
    more: Parameters<TestEnvironment["environment"]>[0] = {},
  ): NonNullable<Question["environment"]> {
    return this.production.environment({ name: "production", protected: true, promotesFrom: "test", ...more })
  }

  /** The plan that a person reads, and its hash. */
  async approved(question: Question, values?: string): Promise<`sha256:${string}`> {
    const end: DriverEnd = await this.production.call("plan", question, values)
    if (end.code !== 0) throw new Error(`there is no plan: ${end.stderr}`)
    return planHash(await end.json<Plan>("plan.json"))
  }
}
