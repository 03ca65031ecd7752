/** Who gets the call's token when a shared policy is read: the registry of the project, and no other. */
import type { Container, Secret } from "@dagger.io/dagger"
import { beforeEach, describe, expect, test } from "vitest"
import { parse } from "yaml"
import { publishPolicy, sharedPolicy } from "../../../pipelines/shared-policy.ts"
import { type Inputs, Session } from "../../../src/call/index.ts"
import { parseConfig } from "../../../src/config/index.ts"
import { sha256 } from "../../../src/domain/index.ts"
import type { ToolboxFile } from "../../../src/toolbox/index.ts"
import { minimalConfig } from "../config/texts.ts"

const policy = "schemaVersion: 1\n"
const digest = sha256("policy")

/** What the program was started with, in the order of the calls. */
let started: { readonly command: readonly string[]; readonly secrets: readonly unknown[] }[] = []
beforeEach(() => {
  started = []
})

/** What the tag of a published policy pointed at. */
let before: string | null = null
beforeEach(() => {
  before = null
})

/** A container that starts nothing, and answers as the program does. */
function container(secrets: readonly unknown[] = []): Container {
  const files: Readonly<Record<string, string>> = {
    "answer.json": JSON.stringify({ text: policy, digest, before }),
  }
  const self = {
    withMountedSecret: (_: string, secret: unknown) => container([...secrets, secret]),
    withDirectory: () => self,
    withFile: () => self,
    withEnvVariable: () => self,
    withExec: (command: readonly string[]) => {
      started.push({ command, secrets })
      return self
    },
    sync: async () => self,
    exitCode: async () => 0,
    stdout: async () => "",
    stderr: async () => "",
    directory: () => ({
      entries: async () => Object.keys(files),
      file: (name: string) => ({ contents: async () => files[name] }),
    }),
  }
  return self as unknown as Container
}

const token = { token: true } as unknown as Secret

/** A call of a project in registry.example/shop. */
class Call extends Session {
  constructor(private readonly more: Partial<ToolboxFile> = {}) {
    super({ registryUser: "me", registryToken: token } as Inputs)
  }
  override async runner() {
    return container()
  }
  override async toolbox() {
    return { insecureRegistries: [], ...this.more } as unknown as ToolboxFile
  }
  override async config() {
    return parseConfig(minimalConfig, "signalbox.yaml")
  }
}

const of = (host: string, tag = "") => `${host}/platform/policy${tag}@${digest}`
const read = async (session: Session, reference: string, hasCredentials = true) => {
  await sharedPolicy({ session, hasCredentials }, reference)
  return started.at(-1)
}

describe("a shared policy", () => {
  test("in the project's registry is read with user and token of the call", async () => {
    const one = await read(new Call(), of("registry.example", ":7"))
    expect(one?.secrets).toEqual([token])
    expect(one?.command.join(" ")).toMatch(
      new RegExp(
        `pull --digest ${digest} --registry registry.example --repository platform/policy --user me --password-file`,
      ),
    )
  })

  test.each([
    ["another one", "evil.example"],
    ["one whose name begins alike", "registry.example.evil.example"],
    ["another port of it", "registry.example:8443"],
    ["its name as a path", "evil.example/registry.example"],
  ])("in another registry is read without: %s", async (_, host) => {
    const one = await read(new Call(), of(host))
    expect(one?.secrets).toEqual([])
    expect(one?.command.join(" ")).not.toMatch(/--user|--password/)
  })

  test("is read without where nobody but the tree under test has named the registry", async () => {
    expect((await read(new Call(), of("registry.example"), false))?.secrets).toEqual([])
  })

  test("is in the project's registry where the toolbox names it", async () => {
    const local = { registry: "127.0.0.1:5000/apps", insecureRegistries: ["127.0.0.1:5000"] }
    const one = await read(new Call(local), of("127.0.0.1:5000"))
    expect([one?.secrets, one?.command.includes("--insecure")]).toEqual([[token], true])
    expect((await read(new Call(local), of("registry.example")))?.secrets).toEqual([])
  })

  test("is read once per call, and again by the next", async () => {
    const call = new Call()
    const [first, second] = await Promise.all([1, 2].map(() => read(call, of("registry.example"))))
    expect(first).toBe(second)
    await read(call.withSource(call.inputs.source) as Call, of("registry.example"))
    expect(started).toHaveLength(1)
    await read(new Call(), of("registry.example"))
    expect(started).toHaveLength(2)
  })
})

describe("publish-policy", () => {
  const file = (text: string) =>
    ({ contents: async () => text, name: async () => "policy.yaml" }) as unknown as Parameters<
      typeof publishPolicy
    >[1]

  test("prints what repositories name, and signs in to the registry that its caller names", async () => {
    const { stdout } = await publishPolicy(new Call(), file(policy), "other.example/platform/policy:7")
    expect(stdout).toBe(`other.example/platform/policy:7@${digest}\n`)
    expect(started[0]?.secrets).toEqual([token])
  })

  test.each([
    ["was moved", sha256("former"), `# the tag 7 was moved: ${sha256("former")} -> ${digest}; `],
    ["is unchanged", digest, "# the tag 7 is unchanged\n"],
  ])("sibling of V27: says that the tag %s", async (_, former, line) => {
    before = former
    const { stdout } = await publishPolicy(new Call(), file(policy), "other.example/platform/policy:7")
    expect(stdout.split("\n")[0]).toBe(`other.example/platform/policy:7@${digest}`)
    expect(stdout.slice(stdout.indexOf("\n") + 1)).toContain(line)
    // The whole output is one value in YAML.
    expect(parse(`extends: ${stdout}`)).toEqual({ extends: `other.example/platform/policy:7@${digest}` })
  })

  test.each<[string, string, string, RegExp]>([
    ["a digest", policy, of("registry.example"), /--to names a digest/],
    [
      "no tag",
      policy,
      "registry.example:5000/platform/policy",
      /--to names no tag: .*\n.*\n {2}next: .*NAME:TAG/,
    ],
    ["no host", policy, "policy:7", /REGISTRY\/REPOSITORY:TAG/],
    ["a mistake in the file", "gates: []\n", "registry.example/policy:7", /policy\.yaml:1:8/],
    [
      "a key that is none",
      `${policy}signingKeys: [{ name: x, publicKey: "-----BEGIN PUBLIC KEY----- AA -----END PUBLIC KEY-----" }]\n`,
      "registry.example/policy:7",
      /public key "x" cannot be used/,
    ],
  ])("stores nothing, and ends with 13, for %s", async (_, text, to, message) => {
    const refused = publishPolicy(new Call(), file(text), to)
    await expect(refused).rejects.toMatchObject({ exitCode: 13 })
    await expect(refused).rejects.toThrow(message)
    expect(started).toEqual([])
  })
})
