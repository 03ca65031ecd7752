/** A shop with a signed staging and a protected production that people approve, called as CI's jobs call it. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stringify } from "yaml"
import type { Ledger, LedgerEntry } from "../../../src/domain/index.ts"
import {
  claimIn,
  payloadOf,
  readPublicKey,
  signerOf,
  type VerificationClaim,
} from "../../../src/evidence/statements/index.ts"
import { readEnvelope } from "../../../src/evidence/statements/stored.ts"
import { finalError, type Outcome } from "../../engine/harness/index.ts"
import type { Project } from "../../engine/support/project.ts"
import { TestEnvironment } from "./environment.ts"
import { evidenceStore } from "./published.ts"
import { releasedShop, version } from "./shop.ts"
import { newSigner, type Signer } from "./signer.ts"

/** Every commit of a test is by this address: its owner is an approver, too, and approves nothing of their own. */
const people = [
  { name: "author", emails: ["tester@signalbox.invalid"] },
  { name: "alice", emails: ["alice@shop.example"] },
  { name: "bob", emails: ["bob@shop.example"] },
]

/** Only alice may override, and only that a release was not verified in staging. */
const policy = stringify({
  approvers: people,
  overrides: { rules: ["promotion"], approvers: ["alice"], maxAge: "2h" },
})

export class ApprovedProduction implements AsyncDisposable {
  readonly staging: TestEnvironment
  readonly production: TestEnvironment
  readonly #standby: TestEnvironment
  readonly #here: Project
  readonly #signer: Signer
  readonly #env: Readonly<Record<string, string>>

  private constructor(
    [staging, production, standby]: readonly [TestEnvironment, TestEnvironment, TestEnvironment],
    here: Project,
    signer: Signer,
    env: Readonly<Record<string, string>>,
  ) {
    this.staging = staging
    this.production = production
    this.#standby = standby
    this.#here = here
    this.#signer = signer
    this.#env = env
  }

  /** With `version` published, signed and verified in staging, and `standby`, which takes what production has verified. */
  static async begin(): Promise<ApprovedProduction> {
    const environments = await Promise.all([
      TestEnvironment.create("approved-staging"),
      TestEnvironment.create("approved-production"),
      TestEnvironment.create("approved-standby"),
    ])
    const [staging, production, standby] = environments
    const signer = newSigner("SIGNING_KEY")
    const here = await releasedShop(
      {
        staging: { namespace: staging.namespace },
        production: {
          namespace: production.namespace,
          ...{ protected: true, promotesFrom: "staging", approvals: 1 },
        },
        standby: { namespace: standby.namespace, protected: true, promotesFrom: "production" },
      },
      signer,
      { config: policy },
    )
    const env = {
      STAGING: await readFile(staging.kubeconfig, "utf8"),
      PRODUCTION: await readFile(production.kubeconfig, "utf8"),
      STANDBY: await readFile(standby.kubeconfig, "utf8"),
      ...signer.env,
    }
    const shop = new ApprovedProduction(environments, here, signer, env)
    const access = ["--environment", "staging", "--kubeconfig", "env://STAGING"]
    const deployed = await shop.call(["deploy", "--release", version, ...access, ...signer.args])
    if (deployed.code !== 0) throw new Error(`staging has no release: ${finalError(deployed)}`)
    return shop
  }

  call(args: readonly string[]): Promise<Outcome> {
    return this.#here.call(args, { env: this.#env })
  }

  /** The same commit under another version, signed, and deployed nowhere. */
  publish(wanted: string): Promise<Outcome> {
    return this.call(["publish", "--version", wanted, ...this.#signer.args])
  }

  promote(wanted: string, ...more: readonly string[]): Promise<Outcome> {
    return this.call([
      ...["promote", "--release", wanted, "--from", "staging", "--to", "production"],
      ...["--kubeconfig", "env://PRODUCTION", "--from-kubeconfig", "env://STAGING"],
      ...[...this.#signer.args, ...more],
    ])
  }

  /** Whether the standby would take a release from production now. */
  planForStandby(wanted: string, ...more: readonly string[]): Promise<Outcome> {
    const access = ["--kubeconfig", "env://STANDBY", "--from-kubeconfig", "env://PRODUCTION"]
    return this.call(["plan", "--environment", "standby", "--release", wanted, ...access, ...more, "hash"])
  }

  inProduction(command: string): Promise<Outcome> {
    return this.call([command, "--environment", "production", "--kubeconfig", "env://PRODUCTION"])
  }

  /** The files of production's last operation, as CI keeps them. */
  async reports(): Promise<Readonly<Record<string, string>>> {
    const directory = await mkdtemp(join(tmpdir(), "signalbox-reports-"))
    try {
      const access = ["--environment", "production", "--kubeconfig", "env://PRODUCTION"]
      const exported = await this.call(["operation", ...access, "reports", "export", "--path", directory])
      if (exported.code !== 0) throw new Error(`there is no report: ${finalError(exported)}`)
      const names = (await readdir(directory)).filter((name) => /\.(?:json|md|html|xml)$/.test(name))
      const texts = names.map(async (name) => [name, await readFile(join(directory, name), "utf8")] as const)
      return Object.fromEntries(await Promise.all(texts))
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }

  /** The last line of production's ledger, read with kubectl. */
  async recorded(): Promise<LedgerEntry | undefined> {
    const path = "jsonpath={.data.ledger\\.json}"
    const text = await this.production.kubectl(["get", "configmap", "signalbox-ledger", "--output", path])
    return (JSON.parse(text) as Ledger).entries.at(-1)
  }

  /** What CI's key has signed about production, by operation. */
  async stated(operation: string | undefined): Promise<VerificationClaim | undefined> {
    const key = readPublicKey({ name: "release", publicKey: this.#signer.publicKey })
    const store = evidenceStore(this.#here.name)
    for (const name of await store.keys("verifications", "production-"))
      for (const content of (await store.get("verifications", name))?.files.values() ?? []) {
        const envelope = readEnvelope(content)
        if (envelope == null || signerOf(envelope, [key]) === undefined) continue
        const claim = claimIn(payloadOf(envelope))
        if (claim?.operation === operation) return claim
      }
    return undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#here[Symbol.asyncDispose]()
    await Promise.all([this.staging, this.production, this.#standby].map((one) => one.remove()))
  }
}
