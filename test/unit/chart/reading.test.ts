/** Manifests and values are read as the cluster and Helm read them. */
import { describe, expect, test } from "vitest"
import {
  checkPolicy,
  diffManifests,
  KnownSecrets,
  manifestFindings,
  manifestsDigest,
  parseManifests,
  parseValues,
  redactManifests,
} from "../../../src/chart/index.ts"

const pod = (security: string, spec = "") => `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  ${spec}
  containers:
    - name: web
      image: web@sha256:${"a".repeat(64)}
      resources: { limits: { memory: 64Mi } }
      securityContext: { ${security}, capabilities: { drop: [ALL] }, seccompProfile: { type: RuntimeDefault }, runAsUser: 1001 }
`
const rules = (text: string) => checkPolicy(parseManifests(text), () => "t.yaml").map(({ rule }) => rule)

describe("C24 words of YAML 1.1", () => {
  test("C24 are read as Kubernetes reads them: no violation", () => {
    expect(
      rules(
        pod(
          "runAsNonRoot: yes, readOnlyRootFilesystem: on, allowPrivilegeEscalation: off",
          "hostNetwork: no",
        ),
      ),
    ).toEqual([])
  })

  test("C24 and a violation in such words is one", () => {
    expect(
      rules(
        pod("runAsNonRoot: no, readOnlyRootFilesystem: off, allowPrivilegeEscalation: on", "hostPID: Yes"),
      ),
    ).toEqual([
      "policy-privilege-escalation",
      "policy-root-user",
      "policy-writable-root",
      "policy-host-namespace",
    ])
  })

  test("sibling of C24: user 00 is root", () => {
    expect(
      rules(
        pod("runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false").replace(
          "runAsUser: 1001",
          "runAsUser: 00",
        ),
      ),
    ).toEqual(["policy-root-user"])
  })

  test("sibling of C24: an object called by such a word is read, so that it can be named", () => {
    const [object] = parseManifests(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: on, labels: { a: off } }\n",
    )
    expect([object?.name, object?.labels, object?.body.metadata]).toEqual([
      "on",
      { a: "off" },
      { name: true, labels: { a: false } },
    ])
  })

  test("sibling of C24: quoted words stay texts", () => {
    const [object] = parseManifests(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { A: "on", B: off }\n',
    )
    expect(object?.body.data).toEqual({ A: "on", B: false })
  })
})

describe("C25 octal numbers", () => {
  const volume = (mode: string) =>
    parseManifests(
      `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { volumes: [{ name: v, secret: { defaultMode: ${mode} } }] }\n`,
    )

  test("C25 the plan shows what is applied", () => {
    expect(diffManifests([], volume("0440"))[0]?.diff.join("\n")).toContain("defaultMode: 288")
    expect(diffManifests(volume("0440"), volume("288"))).toMatchObject([{ action: "unchanged" }])
  })

  test("sibling of C25: digests are made as they always were, whatever is shown", () => {
    const decimal = volume("440")
    expect(manifestsDigest(volume("0440"))).toBe(manifestsDigest(decimal))
  })
})

const uses = (count: number) => [...Array(count).keys()].map((n) => `  a${n}: *v`).join("\n")
const nested = ["a0: &a0 x"]
for (let level = 1; level < 9; level++)
  nested.push(
    `a${level}: &a${level} [${Array(9)
      .fill(`*a${level - 1}`)
      .join(", ")}]`,
  )

describe("C26 many uses of one anchor", () => {
  test("C26 in a values file are read", () => {
    const read = parseValues(`x: &v { a: 1 }\nall:\n${uses(120)}\n`, "values.yaml") as { all: object }
    expect(Object.keys(read.all)).toHaveLength(120)
  })

  test("sibling of C26: values that multiply themselves are refused in words that name file and limit", () => {
    expect(() => parseValues(nested.join("\n"), "deploy/values.yaml")).toThrow(
      /deploy\/values\.yaml[\s\S]*more than 10000 times/,
    )
  })
})

describe("V19 one manifest with many aliases", () => {
  test("V19 is read", () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  first: &v x\n${uses(101)}\n`
    expect(Object.keys(parseManifests(text)[0]?.body.data as object)).toHaveLength(102)
  })

  test("V19 one that multiplies itself is an error with a code, and no ReferenceError", () => {
    const bomb = `apiVersion: v1\nkind: X\nmetadata: { name: a }\nspec:\n${nested.map((line) => `  ${line}`).join("\n")}\n`
    expect(() => parseManifests(bomb)).toThrow(expect.objectContaining({ code: "OUTPUT_UNREADABLE" }))
  })
})

describe("what else is read in two ways", () => {
  const map = (data: string) =>
    parseManifests(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n${data}\n`)

  test.each(["on", "y", "No"])("sibling of C24: the key %s is the one that the cluster gets", (word) => {
    expect(map(`data: { ${word}: "x" }`)[0]?.body.data).toEqual({ [word === "No" ? "false" : "true"]: "x" })
    expect(map(`data: { "${word}": "x" }`)[0]?.body.data).toEqual({ [word]: "x" })
  })

  test("sibling of C25: 0o17 is 15, also beside a word of YAML 1.1; user 0o0 is root", () => {
    expect(map("spec: { a: 0o17, b: yes, c: -0o17 }")[0]?.body.spec).toEqual({ a: 15, b: true, c: -15 })
  })

  test("sibling of C25: a list over which a template found nothing has no objects", () => {
    for (const items of ["", "items:", "items: []"])
      expect(parseManifests(`apiVersion: v1\nkind: List\n${items}\n`)).toEqual([])
  })
})

test("sibling of C25: two objects of one name are a finding, two hooks are none", () => {
  const map = (more: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a${more} }\n---\n`
  const rules = (text: string) =>
    manifestFindings({ objects: parseManifests(text), images: {} }, { path: "chart" }).map(({ rule }) => rule)
  expect(rules(map("") + map(""))).toEqual(["object-duplicate"])
  const hook = map(", annotations: { helm.sh/hook: pre-install }")
  expect(rules(map("") + map(", namespace: b") + hook + hook)).toEqual([])
})

describe("what is nested by the thousands", () => {
  const json = `${'{"a":'.repeat(6_000)}1${"}".repeat(6_000)}`
  const config = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a.json: '${json}', b.yaml: 'a: ${json}' }\n`

  test("sibling of V19: as a text of a ConfigMap it stops neither gate nor plan", () => {
    const objects = parseManifests(config)
    expect(manifestFindings({ objects, images: {} }, { path: "chart" })).toEqual([])
    expect(redactManifests(config, new KnownSecrets())).toBe(config)
  })

  test("sibling of V19: as a manifest it is an error with a code", () => {
    const deep = `apiVersion: v1\nkind: X\nmetadata: { name: a }\nspec: ${json}\n`
    expect(() => parseManifests(deep)).toThrow(expect.objectContaining({ code: "OUTPUT_UNREADABLE" }))
  })
})
