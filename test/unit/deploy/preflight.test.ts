/** What the API server says to a release before anything is changed, in answers that a real one gave. */
import { readFileSync } from "node:fs"
import { beforeEach, describe, expect, test } from "vitest"
import { stringify } from "yaml"
import { type ChartFiles, KnownSecrets, parseManifests } from "../../../src/chart/index.ts"
import { dryRunAnswer } from "../../../src/deploy/cluster/answer.ts"
import type { DryRunAnswer } from "../../../src/deploy/cluster/index.ts"
import { preflight } from "../../../src/deploy/preflight/index.ts"
import { SignalboxError } from "../../../src/domain/index.ts"

/** Answers of a real API server to dry runs, by what was asked; see test/recorded/dry-run/README.md. */
const recorded = (name: string): DryRunAnswer => {
  const text = readFileSync(new URL(`../../recorded/dry-run/${name}.json`, import.meta.url), "utf8")
  return dryRunAnswer({ status: (JSON.parse(text) as { code: number }).code, body: text })
}

const accepted: DryRunAnswer = { accepted: true }
const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "migrate" } }
const deployment = (log: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: {
    replicas: 1,
    template: { spec: { containers: [{ name: "web", env: [{ name: "LOG", value: log }] }] } },
  },
})
const manifest = (...objects: readonly object[]) =>
  objects.map((one) => `---\n# Source: app/templates/x.yaml\n${stringify(one)}`).join("")

/** The kinds that the cluster knows, in every version that it has. */
const kinds = ["ConfigMap", "Secret", "Deployment", "Job", "Role", "ServiceAccount", "Namespace"]

/** What was asked: path, text, force. */
let asked: [string, string, boolean][]
let said: string[]
beforeEach(() => {
  asked = []
  said = []
})

interface Case {
  readonly target: string
  readonly deployed?: string | null
  readonly chart?: ChartFiles
  readonly secrets?: KnownSecrets
  readonly answer: (path: string, text: string, force: boolean) => DryRunAnswer
}

function ask({
  target,
  deployed = null,
  chart = new Map(),
  secrets = new KnownSecrets(),
  answer,
}: Case): Promise<readonly SignalboxError[]> {
  return preflight({
    api: {
      dryRun: async (path, text, { force, manager }) => {
        expect(manager).toBe("helm")
        asked.push([path, text, force])
        return answer(path, text, force)
      },
      json: async (path) => {
        if (path === "/apis")
          return { groups: ["apps/v1", "batch/v1"].map((groupVersion) => ({ versions: [{ groupVersion }] })) }
        // As a real one: what it does not serve is no answer of the API.
        if (!["/api/v1", "/apis/apps/v1", "/apis/batch/v1"].includes(path))
          throw new SignalboxError("OUTPUT_UNREADABLE", { what: `404 page not found: ${path}` })
        return {
          resources: kinds.map((kind) => ({ name: `${kind.toLowerCase()}s`, kind, namespaced: true })),
        }
      },
    },
    environment: { name: "staging", namespace: "apps" },
    objects: parseManifests(target),
    chart,
    deployed: deployed === null ? null : parseManifests(deployed),
    base: deployed === null ? null : { revision: 3, objects: parseManifests(deployed) },
    secrets,
    say: (line) => said.push(line),
  })
}

describe("C04 an object on its way to the API server", () => {
  test("is byte for byte what Helm rendered: words that YAML 1.1 takes for something else stay quoted", async () => {
    const words = ["on", "yes", "1_000", "0b11", "22:30:00"].map(
      (word) => `  ${JSON.stringify(word)}: "${word}"`,
    )
    const document = `---\n# Source: app/templates/c.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata:\n${words.join("\n")}\n`
    await ask({ target: document + manifest(job), answer: () => accepted })
    expect(asked[0]).toEqual(["/api/v1/namespaces/apps/configmaps/c", document, false])
    expect(document + asked[1]?.[1]).toBe(document + manifest(job))
  })

  test("as an item of a list, or with merge keys, is JSON of what Kubernetes reads there", async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: ConfigMap, metadata: { name: c }, data: { a: on, b: "on", c: 22:30:00 } }\n`
    const merged = `---\napiVersion: v1\nkind: ConfigMap\nmetadata: &m { name: d }\ndata: { <<: *m, name: e }\n`
    await ask({ target: list + merged, answer: () => accepted })
    const texts = asked.map(([, text]) => JSON.parse(text) as { data: unknown })
    expect(texts.map(({ data }) => data)).toEqual([{ a: true, b: "on", c: "22:30:00" }, { name: "e" }])
  })

  test("a hook is not asked for: it is made anew each time", async () => {
    const hook = { ...job, metadata: { name: "hook", annotations: { "helm.sh/hook": "pre-upgrade" } } }
    await ask({ target: manifest(hook), answer: () => accepted })
    expect(asked).toEqual([])
  })
})

describe("V08 fields of somebody else", () => {
  const conflicts = recorded("conflicts")
  const target = manifest(deployment("info"))

  test("refuse, each with its object and who has it", async () => {
    const [refusal, ...others] = await ask({
      target,
      deployed: target,
      answer: (_path, _text, force) => (force ? accepted : conflicts),
    })
    expect(others).toEqual([])
    expect(refusal).toMatchObject({
      code: "POLICY_REFUSED",
      detail: { what: expect.stringContaining("changed by another client") },
    })
    expect(refusal?.detail.why).toBe(
      'Deployment.apps/web: .spec.replicas by kubectl; Deployment.apps/web: .spec.template.spec.containers[name="web"].env[name="LOG"].value by kubectl-set',
    )
  })

  test("that have the value which was deployed are nobody's change; the API server is asked what lies behind", async () => {
    const deployed = manifest(deployment("debug"))
    const answer = (_path: string, text: string, force: boolean) =>
      force || text.includes("debug") ? accepted : conflicts
    expect(await ask({ target, deployed, answer })).toEqual([])
    expect(asked.map(([, text, force]) => [text.includes("debug"), force])).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ])
    const behind = (path: string, text: string, force: boolean) =>
      force ? recorded("immutable-selector") : answer(path, text, force)
    expect(await ask({ target, deployed, answer: behind })).toMatchObject([
      { code: "POLICY_REFUSED", detail: { why: expect.stringContaining("spec.selector: ") } },
    ])
  })

  test("that were never deployed, or cannot be compared with what was, are a change", async () => {
    const changed = [{ code: "POLICY_REFUSED" }]
    const answer = (_path: string, text: string, force: boolean) =>
      force ? accepted : text.includes("debug") ? recorded("wrong-type") : conflicts
    expect(await ask({ target, deployed: manifest(deployment("debug")), answer })).toMatchObject(changed)
    expect(await ask({ target, deployed: null, answer })).toMatchObject(changed)
  })

  test("that Helm has itself in another way are taken over", async () => {
    const own = {
      ...conflicts,
      causes: [
        {
          reason: "FieldManagerConflict",
          message: 'conflict with "helm" using apps/v1',
          field: ".spec.replicas",
        },
      ],
    }
    expect(
      await ask({ target, deployed: target, answer: (_p, _t, force) => (force ? accepted : own) }),
    ).toEqual([])
  })
})

describe("V08 what is no answer is told, and never taken for a yes", () => {
  const target = manifest(deployment("info"))

  test.each(["forbidden-patch", "forbidden-create"])("%s: 11, with what the account lacks", async (name) => {
    const [refusal, ...others] = await ask({ target, answer: () => recorded(name) })
    expect(others).toEqual([])
    expect(refusal).toMatchObject({ code: "CLUSTER_REFUSED", exitCode: 11 })
    expect(refusal?.detail.why).toMatch(/^Deployment\.apps\/web: .* cannot (patch|create) resource /)
    expect(refusal?.detail.next).toContain("An account for plans")
  })

  test.each<[string, DryRunAnswer]>([
    ["a webhook that is away", recorded("webhook-away")],
    ["a namespace that is going", recorded("namespace-terminating")],
    [
      "a webhook without dry runs",
      {
        accepted: false,
        status: 400,
        reason: "BadRequest",
        message: 'admission webhook "w" does not support dry run',
        causes: [],
      },
    ],
    ["a proxy's own page", dryRunAnswer({ status: 502, body: "<html>" })],
    ["nothing at all", dryRunAnswer({ status: 504, body: "" })],
    [
      "a conflict that is none of fields",
      {
        accepted: false,
        status: 409,
        reason: "Conflict",
        message: "the object has been modified",
        causes: [],
      },
    ],
    [
      "a method that is not there",
      { accepted: false, status: 405, reason: "MethodNotAllowed", message: "not supported", causes: [] },
    ],
  ])("%s: 11", async (_name, answer) => {
    const refusals = await ask({ target, answer: () => answer })
    expect(refusals).toMatchObject([
      { exitCode: 11, detail: { why: expect.stringMatching(/^Deployment\.apps\/web: ./) } },
    ])
  })

  test("a connection that breaks: 11", async () => {
    const broken = new SignalboxError("CLUSTER_UNREACHABLE", { what: "no answer" })
    const answer = () => {
      throw broken
    }
    expect(await ask({ target, answer })).toEqual([broken])
  })

  test.each(["CLUSTER_UNREACHABLE", "CLUSTER_REFUSED", "OUTPUT_UNREADABLE"] as const)(
    "X11 %s: no secret in what is told of it",
    async (code) => {
      const secrets = new KnownSecrets()
      secrets.learn(["correct-horse"])
      const all = {
        what: "no to correct-horse",
        where: "at correct-horse",
        why: "said correct-horse",
        next: "x",
      }
      const answer = () => {
        throw new SignalboxError(code, all)
      }
      const told = await ask({ target, secrets, answer }).catch((error: unknown) => [error])
      const hidden = { what: "no to (secret)", where: "at (secret)", why: "said (secret)", next: "x" }
      expect(told).toMatchObject([{ code, detail: hidden }])
      expect(String(told)).not.toContain("correct-horse")
    },
  )

  test("many objects are named by the first of them", async () => {
    const many = manifest(
      ...Array.from({ length: 9 }, (_, index) => ({ ...job, metadata: { name: `j-${index}` } })),
    )
    const [refusal] = await ask({ target: many, answer: () => recorded("forbidden-patch") })
    expect(refusal?.detail.why).toMatch(/Job\.batch\/j-0: .*Job\.batch\/j-4: .*; and 4 more$/)
  })
})

describe("C09 what the API server does not take refuses before anything is changed", () => {
  const target = manifest(job)

  test("a Job that is not what it was: object, field and the API server's words, without what was sent", async () => {
    const [refusal, ...others] = await ask({ target, answer: () => recorded("immutable-job") })
    expect(others).toEqual([])
    expect(refusal).toMatchObject({
      code: "POLICY_REFUSED",
      exitCode: 16,
      detail: { next: expect.stringMatching(/hook.*version into its name/) },
    })
    expect(refusal?.detail.why).toBe(
      "Job.batch/migrate: spec.template.spec: Invalid value: field is immutable",
    )
  })

  test.each([
    ["immutable-stateful-set", /spec: Forbidden: updates to statefulset spec for fields other than/],
    ["immutable-selector", /spec\.selector: Invalid value: field is immutable/],
    ["out-of-range", /spec\.replicas: Invalid value: must be greater than or equal to 0/],
    ["wrong-type", /env\[name="BANNER"\]\.value: expected string, got another type/],
    ["unknown-field", /replica/],
    ["not-allowed", /pathType: Unsupported value: supported values/],
    ["pod-security", /violates PodSecurity "baseline/],
    ["policy-denied", /not on a Friday/],
    ["namespace-missing", /namespaces "nowhere" not found/],
    ["escalation", /attempting to grant RBAC permissions not currently held/],
    ["invalid-secret-key", /data\[a b\]: Invalid value: a valid config key/],
    ["wrong-type-in-secret", /expected string, got another type/],
    ["wrong-base64", /illegal base64/],
    ["secret-in-map", /expected map/],
  ])("%s", async (name, why) => {
    const refusals = await ask({ target, answer: () => recorded(name) })
    expect(refusals).toMatchObject([{ code: "POLICY_REFUSED", detail: { why: expect.stringMatching(why) } }])
    expect(JSON.stringify(refusals.map(({ detail }) => detail))).not.toMatch(/hunter2|12345678/)
  })

  test("X11 a secret of several lines is taken out before the words are joined", async () => {
    const secrets = new KnownSecrets()
    secrets.learn(["line one of the key\nline two of the key"])
    const message = "cannot use line one of the key\nline two of the key"
    const causes = [{ reason: "FieldValueInvalid", message: `Invalid value: 1: ${message}`, field: "data.a" }]
    for (const of of [[], causes]) {
      const answer = { accepted: false as const, status: 422, reason: "Invalid", message, causes: of }
      const [refusal] = await ask({ target, secrets, answer: () => answer })
      expect(refusal?.detail.why).toMatch(/cannot use \(secret\)$/)
    }
  })

  test("a kind that the cluster does not know, unless the chart brings it to a first installation", async () => {
    const widget = manifest({ apiVersion: "example.org/v1", kind: "Widget", metadata: { name: "one" } })
    const crd = stringify({
      kind: "CustomResourceDefinition",
      spec: { group: "example.org", names: { kind: "Widget" } },
    })
    const chart = new Map([["crds/widget.yaml", new TextEncoder().encode(crd)]])
    const unknown = [
      {
        code: "POLICY_REFUSED",
        detail: { why: "Widget.example.org/one: the cluster does not know this kind (example.org/v1)" },
      },
    ]
    expect(await ask({ target: widget, answer: () => accepted })).toMatchObject(unknown)
    expect(
      await ask({ target: widget, chart, deployed: manifest(job), answer: () => accepted }),
    ).toMatchObject(unknown)
    expect(await ask({ target: widget, chart, answer: () => accepted })).toEqual([])
    const packed = new Map([["charts/widgets-1.0.0.tgz", new Uint8Array()]])
    expect(await ask({ target: widget, chart: packed, answer: () => accepted })).toEqual([])
    expect(said).toHaveLength(2)
  })

  test("what this release makes itself is said, and refuses nothing; what nobody makes refuses", async () => {
    const object = (kind: string, name: string) => ({ apiVersion: "v1", kind, metadata: { name } })
    const made = manifest(
      ...[
        object("ConfigMap", "c"),
        object("Role", "own"),
        object("ServiceAccount", "own"),
        object("Namespace", "nowhere"),
      ],
    )
    const others = ["role-missing", "account-missing", "namespace-missing"]
    for (const name of others) {
      const answer = (path: string) => (path.includes("configmaps") ? recorded(name) : accepted)
      expect(await ask({ target: made, answer })).toEqual([])
      expect(said.at(-1)).toMatch(/^not dry-run before it exists: ConfigMap\/c: .* not found/)
      expect(await ask({ target, answer: () => recorded(name) })).toMatchObject([{ exitCode: 16 }])
    }
  })

  test.each([
    ["networking.k8s.io/v1", "Ingress", "ingresses.networking.k8s.io"],
    ["networking.k8s.io/v1", "IngressClass", "ingressclasses.networking.k8s.io"],
    ["networking.k8s.io/v1", "NetworkPolicy", "networkpolicies.networking.k8s.io"],
    ["scheduling.k8s.io/v1", "PriorityClass", "priorityclasses.scheduling.k8s.io"],
    ["storage.k8s.io/v1", "StorageClass", "storageclasses.storage.k8s.io"],
    ["storage.k8s.io/v1", "CSIStorageCapacity", "csistoragecapacities.storage.k8s.io"],
    ["node.k8s.io/v1", "RuntimeClass", "runtimeclasses.node.k8s.io"],
    ["networking.k8s.io/v1", "IPAddress", "ipaddresses.networking.k8s.io"],
    [
      "admissionregistration.k8s.io/v1",
      "ValidatingAdmissionPolicy",
      "validatingadmissionpolicies.admissionregistration.k8s.io",
    ],
    ["v1", "Endpoints", "endpoints"],
    ["v1", "ConfigMap", "configmaps"],
    ["v1", "ConfigMap", "configmap"],
    ["networking.k8s.io/v1", "NetworkPolicy", "networkpolicy"],
    ["scheduling.k8s.io/v1", "PriorityClass", "priorityclass"],
  ])("of %s, a %s is recognised as %s", async (apiVersion, kind, resource) => {
    const made = manifest(job, { apiVersion, kind, metadata: { name: "own" } })
    const answer = (name: string) => (path: string) =>
      path.includes("jobs") ? missing(resource, name) : accepted
    expect(await refusalsOf(made, answer("own"))).toEqual([])
    expect(await refusalsOf(made, answer("other"))).toMatchObject([{ exitCode: 16 }])
  })

  test("a binding does not make the role that it names, which bears the binding's name", async () => {
    const binding = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "own" },
    }
    expect(await refusalsOf(manifest(binding), () => recorded("role-missing"))).toMatchObject([
      { exitCode: 16 },
    ])
  })

  test("custom resources are recognised by the names that their definition gives them, in a template or in crds/", async () => {
    const names = { kind: "Proxy", plural: "my-proxen", singular: "proxo" }
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      ...{ kind: "CustomResourceDefinition", metadata: { name: "my-proxen.example.org" } },
      spec: { group: "example.org", names },
    }
    const proxy = { apiVersion: "example.org/v1", kind: "Proxy", metadata: { name: "own" } }
    const answer = (resource: string) => (path: string) =>
      path.includes("jobs") ? missing(resource, "own") : accepted
    const chart = new Map([["crds/proxy.yaml", new TextEncoder().encode(stringify(crd))]])
    for (const resource of ["my-proxen.example.org", "proxo.example.org", "proxo"]) {
      expect(await refusalsOf(manifest(job, proxy, crd), answer(resource))).toEqual([])
      expect(await refusalsOf(manifest(job, proxy), answer(resource), chart)).toEqual([])
    }
    const others = ["my-proxen.example.com", "proxys.example.org", "proxen"]
    for (const resource of others)
      expect(await refusalsOf(manifest(job, proxy, crd), answer(resource))).toMatchObject([{ exitCode: 16 }])
    // One that was defined elsewhere has what the rule gives it.
    expect(await refusalsOf(manifest(job, proxy), answer("proxies.example.org"))).toEqual([])
  })
})

function missing(resource: string, name: string): DryRunAnswer {
  const message = `${resource} "${name}" not found`
  return { accepted: false, status: 404, reason: "NotFound", message, causes: [] }
}

/** Of a cluster that serves whatever the release has. */
async function refusalsOf(
  target: string,
  answer: (path: string) => DryRunAnswer,
  chart: ChartFiles = new Map(),
): Promise<readonly SignalboxError[]> {
  const objects = parseManifests(target)
  const resources = objects.map(({ kind }) => ({ name: `${kind.toLowerCase()}s`, kind, namespaced: true }))
  const versions = objects.map(({ apiVersion }) => ({ groupVersion: apiVersion }))
  return preflight({
    api: {
      dryRun: async (path) => answer(path),
      json: async (path) => (path === "/apis" ? { groups: [{ versions }] } : { resources }),
    },
    ...{ environment: { name: "staging", namespace: "apps" }, objects, chart },
    ...{ deployed: [], base: null, secrets: new KnownSecrets(), say: () => {} },
  })
}

describe("C21 the deployed revision names an API version that is gone", () => {
  const widget = { apiVersion: "example.test/v1alpha1", kind: "Widget", metadata: { name: "w" } }
  const answer = () => accepted

  test("sibling of C21: Helm cannot upgrade over it: refused before anything is changed, with object and revision", async () => {
    const deployed = manifest(deployment("info"), widget)
    expect(await ask({ target: manifest(deployment("debug")), deployed, answer })).toMatchObject([
      {
        code: "POLICY_REFUSED",
        detail: {
          what: "Helm cannot upgrade over revision 3: the cluster does not serve what its manifest names",
          where: "staging, namespace apps",
          why: "Widget.example.test/w needs example.test/v1alpha1",
          next: expect.stringContaining("mapkubeapis"),
        },
      },
    ])
  })

  test("sibling of C21: a hook of it is not built, and a first installation compares with nothing", async () => {
    const hook = { ...widget, metadata: { name: "w", annotations: { "helm.sh/hook": "test" } } }
    const target = manifest(deployment("debug"))
    expect(await ask({ target, deployed: manifest(deployment("info"), hook), answer })).toEqual([])
    expect(await ask({ target, answer })).toEqual([])
  })
})
