import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { KnownSecrets, parseManifests } from "../../../src/chart/index.ts"
import { type KubeObject, secretPath } from "../../../src/deploy/cluster/index.ts"
import {
  appliedBy,
  classifyHelmFailure,
  decodeRelease,
  encodeRelease,
  HelmCli,
  isStuck,
  markedFailed,
  readHistory,
  settleRevision,
} from "../../../src/deploy/helm/index.ts"
import { hasField } from "../../../src/deploy/preflight/fields.ts"
import { MemoryApi } from "./support/memory-api.ts"

const recorded = (name: string) =>
  readFileSync(new URL(`../../recorded/helm-deploy/${name}`, import.meta.url), "utf8")
const secret = JSON.parse(recorded("release-secret.json")) as KubeObject

describe("what Helm says, recorded", () => {
  test.each([
    ["image-pull", "not-ready", /web not ready.*Available: 0\/2/],
    ["crash", "not-ready", /not ready/],
    ["probe", "not-ready", /not ready/],
    ["quota", "not-ready", /Replicas: 1\/2/],
    ["unschedulable", "not-ready", /not ready/],
    ["conflict", "conflict", /\.spec\.replicas/],
    ["busy", "busy", /another operation/],
    ["unreachable", "unreachable", /cluster unreachable/],
    ["no-revision", "other", /release has no 99 version/],
  ])("%s is %s", (name, why, message) => {
    const failure = classifyHelmFailure(recorded(`${name}.stderr`), new KnownSecrets())
    expect(failure.why).toBe(why)
    expect(failure.message).toMatch(message)
    expect(failure.message).not.toMatch(/^Error|\n/)
  })

  // Recorded with Helm 4.3.1 and a server that resets, ends or refuses each request after the first.
  test.each(recorded("away.txt").trim().split("\n"))("no answer is no verdict: %s", (line) => {
    expect(classifyHelmFailure(line, new KnownSecrets()).why).toBe("unreachable")
  })

  test("X11 a secret of several lines is taken out before one line is picked", () => {
    const secrets = new KnownSecrets()
    secrets.learn(["line one of the key\nline two of the key"])
    const said = "Error: cannot use line one of the key\nline two of the key"
    expect(classifyHelmFailure(said, secrets).message).toBe("cannot use (secret)")
  })

  test("nothing at all is still a failure", () => {
    expect(classifyHelmFailure("", new KnownSecrets())).toEqual({
      why: "other",
      message: "Helm failed without a word",
    })
  })
})

test("whether an object has a field that the API server names", () => {
  const object = {
    metadata: { labels: { "app.kubernetes.io/version": "1" } },
    spec: { template: { spec: { containers: [{ name: "web", ports: [{ containerPort: 80 }], env: [] }] } } },
  }
  const container = '.spec.template.spec.containers[name="web"]'
  for (const path of [
    ".metadata.labels.app.kubernetes.io/version",
    container,
    `${container}.ports[containerPort=80,protocol="TCP"].containerPort`,
  ])
    expect([path, hasField(object, path)]).toEqual([path, true])
  for (const path of [
    ".metadata.labels.app.kubernetes.io/name",
    ".spec.replicas",
    '.spec.template.spec.containers[name="api"].image',
    `${container}.ports[containerPort=81,protocol="TCP"].containerPort`,
    `${container}.image`,
  ])
    expect([path, hasField(object, path)]).toEqual([path, false])
})

test("manifests of which some are lost are none: what came first would not be deployed", async () => {
  const result = { code: 0, stdout: "kind: Half", stderr: "", timedOut: false, truncated: true }
  const settings = { release: "app", namespace: "apps", kubeconfig: "", history: 5 }
  const helm = new HelmCli({ run: async () => result }, { ...settings, secrets: new KnownSecrets() })
  await expect(
    helm.template("chart", [], { isUpgrade: false, kubeVersion: null, apiVersions: [] }),
  ).rejects.toMatchObject({
    code: "OUTPUT_UNREADABLE",
    detail: { where: "helm template", why: expect.any(String), next: expect.any(String) },
  })
})

describe("Helm's release Secret, as Helm wrote it", () => {
  test("is read", () => {
    const release = decodeRelease(secret)
    expect(release).toMatchObject({ name: "app", version: 1, info: { status: "deployed" } })
    expect(parseManifests(release.manifest).map((object) => object.kind)).toEqual([
      "PodDisruptionBudget",
      "Service",
      "Deployment",
    ])
  })

  test("nothing is lost by writing it again", () => {
    const release = decodeRelease(secret)
    expect(decodeRelease({ ...secret, data: { release: encodeRelease(release) } })).toEqual(release)
  })

  test("marked as failed, label and content agree, and all else stays", () => {
    const failed = markedFailed(secret, "killed")
    expect(failed.metadata.labels).toMatchObject({ status: "failed", owner: "helm", version: "1" })
    const { info, ...rest } = decodeRelease(failed)
    const { info: _before, ...before } = decodeRelease(secret)
    expect(info).toMatchObject({ status: "failed", description: "killed" })
    expect(rest).toEqual(before)
  })
})

test("revisions are decoded once, whoever observes another release in between", async () => {
  const api = new MemoryApi()
  for (const name of ["app", "idle"]) {
    const at = `sh.helm.release.v1.${name}.v1`
    api.put(secretPath("apps", at), {
      ...secret,
      metadata: { ...secret.metadata, name: at, labels: { owner: "helm", name } },
    })
  }
  const [first] = await readHistory(api, "apps", "app")
  const [other] = await readHistory(api, "apps", "idle")
  expect((await readHistory(api, "apps", "app"))[0]).toBe(first)
  expect((await readHistory(api, "apps", "idle"))[0]).toBe(other)
  expect(other).not.toBe(first)
})

describe("a revision that keeps Helm from going on", () => {
  const path = secretPath("apps", "sh.helm.release.v1.app.v1")

  function cluster(change: (object: KubeObject) => KubeObject) {
    const api = new MemoryApi()
    api.put(path, change(secret))
    return api
  }

  test("pending becomes failed", async () => {
    const release = decodeRelease(secret)
    const pending = { ...release, info: { ...release.info, status: "pending-upgrade" as const } }
    const api = cluster((object) => ({ ...object, data: { release: encodeRelease(pending) } }))
    expect((await readHistory(api, "apps", "app")).map(isStuck)).toEqual([true])
    await settleRevision(api, "apps", "app", 1)
    expect((await readHistory(api, "apps", "app")).map((one) => one.status)).toEqual(["failed"])
  })

  test("pending that its Helm finishes at this very moment is left as it is", async () => {
    const release = decodeRelease(secret)
    const pending = { ...release, info: { ...release.info, status: "pending-upgrade" as const } }
    const api = cluster((object) => ({ ...object, data: { release: encodeRelease(pending) } }))
    const replace = api.replace.bind(api)
    api.replace = (at, object) => {
      api.put(path, secret)
      return replace(at, object)
    }
    await settleRevision(api, "apps", "app", 1)
    expect((await readHistory(api, "apps", "app")).map((one) => one.status)).toEqual(["deployed"])
  })

  test("one that nobody can read is seen, and deleted", async () => {
    const api = cluster((object) => ({ ...object, data: { release: "bm9uc2Vuc2U=" } }))
    expect(await readHistory(api, "apps", "app")).toMatchObject([{ revision: 1, status: "unreadable" }])
    await settleRevision(api, "apps", "app", 1)
    expect(await readHistory(api, "apps", "app")).toEqual([])
  })

  test.each([null, { version: 1 }, { version: 1, info: { status: "deployed" } }, []])(
    "JSON that is no release is as one that nobody can read: %j",
    async (value) => {
      const release = Buffer.from(Buffer.from(JSON.stringify(value)).toString("base64")).toString("base64")
      const api = cluster((object) => ({ ...object, data: { release } }))
      expect(await readHistory(api, "apps", "app")).toMatchObject([{ revision: 1, status: "unreadable" }])
      await settleRevision(api, "apps", "app", 1)
      expect(await readHistory(api, "apps", "app")).toEqual([])
    },
  )

  test.each([
    "foreign",
    "sh.helm.release.v1.application.v7",
    "sh.helm.release.v1.app.v1.v7",
    "sh.helm.release.v1.app.vx",
  ])("a Secret that only carries the release's labels is no revision of it: %s", async (name) => {
    const api = cluster((object) => object)
    const metadata = { ...secret.metadata, name, labels: { ...secret.metadata.labels, version: "99" } }
    api.put(secretPath("apps", name), { ...secret, metadata, data: { release: "bm9uc2Vuc2U=" } })
    const history = await readHistory(api, "apps", "app")
    expect(history).toMatchObject([{ revision: 1, status: "deployed" }])
    expect(history.some(isStuck)).toBe(false)
  })

  test("one whose manifest has a key twice, which Helm accepts, is none", async () => {
    const manifest = "apiVersion: v1\nkind: ConfigMap\nkind: ConfigMap\nmetadata: { name: a }\n"
    const release = { ...decodeRelease(secret), manifest }
    const api = cluster((object) => ({ ...object, data: { release: encodeRelease(release) } }))
    const history = await readHistory(api, "apps", "app")
    expect(history).toMatchObject([{ revision: 1, status: "deployed", manifest: "" }])
    expect(history.some(isStuck)).toBe(false)
    await settleRevision(api, "apps", "app", 1)
    expect(await api.get(path)).not.toBeNull()
  })

  test("V19 one with more aliases than any chart needs is another client's, and stops nothing", async () => {
    const lines = ["a0: &a0 x"]
    for (let level = 1; level < 9; level++)
      lines.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(", ")}]`,
      )
    const manifest = `apiVersion: v1\nkind: X\nmetadata: { name: a }\nspec: { ${lines.join(", ")} }\n`
    const release = { ...decodeRelease(secret), manifest }
    const api = cluster((object) => ({ ...object, data: { release: encodeRelease(release) } }))
    const history = await readHistory(api, "apps", "app")
    expect(history).toMatchObject([{ revision: 1, status: "deployed", manifest: "" }])
    expect(history.some(isStuck)).toBe(false)
  })

  test("V07 hooks are read with a revision: a plan shows what changes in them", async () => {
    const hook = "apiVersion: batch/v1\nkind: Job\nmetadata: { name: m }\n"
    const release = { ...decodeRelease(secret), hooks: [{ name: "m", manifest: hook }] }
    const api = cluster((object) => ({ ...object, data: { release: encodeRelease(release) } }))
    const [revision] = await readHistory(api, "apps", "app")
    expect(revision && appliedBy(revision).map(({ kind }) => kind)).toContain("Job")
  })

  test("a finished one is left alone", async () => {
    const api = cluster((object) => object)
    const before = await api.get(path)
    await settleRevision(api, "apps", "app", 1)
    expect(await api.get(path)).toEqual(before)
  })
})
