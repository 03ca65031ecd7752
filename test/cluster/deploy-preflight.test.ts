/** What is asked of a real API server before anything is changed, and what a plan shows of secrets. */
import { spawnSync } from "node:child_process"
import { cp, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { adminKubeconfig } from "../../toolchain/cluster/tenant/kubeconfig.ts"
import { chart, type DriverEnd, smoke, TestEnvironment, testValues } from "./deploy-support/environment.ts"
import { testInstance } from "./deploy-support/instance.ts"
import { kubectl } from "./deploy-support/kubectl.ts"
import { toolPath } from "./deploy-support/tools.ts"

/** Words that YAML 1.1 takes for something else: Kubernetes reads them so where nobody quotes them. */
const values = `${testValues}    env: { BANNER: "on", A: "yes", B: "1_000", C: "0b11", D: "22:30:00", LOG_LEVEL: info }
`

/** Everything that a call has printed or kept. */
async function everything(end: DriverEnd): Promise<string> {
  const files = await readdir(end.out, { recursive: true, withFileTypes: true })
  const paths = files.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  const kept = await Promise.all(paths.map((path) => readFile(path, "utf8")))
  return [end.stdout, end.stderr, ...kept].join("\n")
}

describe("a field that a person has changed by hand", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("by-hand")
    const record = await env.release({ version: "1.0.0", kind: "good" })
    const end = await env.call("run", { record }, values)
    expect([end.code, end.stderr]).toEqual([0, ""])
    await env.kubectl(["set", "env", "deployment/web", "LOG_LEVEL=debug"])
  })
  const policies: string[] = []
  afterAll(async () => {
    for (const name of policies)
      await kubectl(["delete", "validatingadmissionpolicy,validatingadmissionpolicybinding", name])
    await env.remove()
  })

  const next = () => env.release({ version: "1.1.0", kind: "good" })
  const logLevel = () =>
    env.kubectl([
      ...["get", "deployment", "web", "--output"],
      'jsonpath={.spec.template.spec.containers[0].env[?(@.name=="LOG_LEVEL")].value}',
    ])

  test.each(["plan", "run"] as const)(
    "C04 refuses %s beside values such as on and 22:30:00",
    async (command) => {
      const end = await env.call(command, { record: await next() }, values)
      expect([end.code, end.stderr]).toEqual([
        16,
        expect.stringMatching(
          /changed by another client[\s\S]*Deployment\.apps\/web: .*env\[name="LOG_LEVEL"\]\.value by kubectl-set/,
        ),
      ])
      expect(await logLevel()).toBe("debug")
    },
  )

  test("V08 is not asked for by an account that may only look: the plan says so, and ends with 11", async () => {
    env.account = await env.accountWith("viewer", ["get", "list", "watch"])
    const end = await env.call("plan", { record: await next() }, values)
    env.account = undefined
    expect([end.code, end.stderr]).toEqual([
      11,
      expect.stringMatching(
        /^CLUSTER_REFUSED: .*could not be asked[\s\S]*Deployment\.apps\/web: .*cannot patch resource "deployments"[\s\S]*An account for plans/,
      ),
    ])
    expect(end.stdout).not.toContain("plan hash")
  })

  test("V08 is found by an account that is held to dry runs, which can change nothing", async () => {
    const account = await env.accountWith("planner", ["get", "list", "watch", "create", "patch"])
    await holdToDryRuns("planner")
    env.account = account
    const end = await env.call("plan", { record: await next() }, values)
    env.account = undefined
    expect([end.code, end.stderr]).toEqual([16, expect.stringContaining("by kubectl-set")])
    await env.kubectl(["set", "env", "deployment/web", "LOG_LEVEL=info"])
    env.account = account
    const again = await env.call("plan", { record: await next() }, values)
    env.account = undefined
    expect([again.code, again.stderr]).toEqual([0, ""])
    const own = ["--kubeconfig", account, "--namespace", env.namespace]
    await expect(kubectl([...own, "label", "deployment/web", "a=b"])).rejects.toThrow(/dry runs only/)
  })

  test("a smoke test whose credential the API server would take is refused before anything is changed", async () => {
    const revisions = await env.kubectl(["get", "secrets", "--selector", "owner=helm", "--output", "name"])
    env.smoke = smoke.replace("path: /\n", "path: /\n    headers: { Authorization: Bearer x }\n")
    const end = await env.call("run", { record: await next() }, values)
    env.smoke = smoke
    expect([end.code, end.stderr]).toEqual([
      13,
      expect.stringMatching(
        /^CONFIG_INVALID: the header Authorization does not reach the application[\s\S]*smoke.yaml: page/,
      ),
    ])
    expect(await env.kubectl(["get", "secrets", "--selector", "owner=helm", "--output", "name"])).toBe(
      revisions,
    )
  })

  /** As src/deploy/README.md shows it. */
  async function holdToDryRuns(account: string): Promise<void> {
    const readme = await readFile(new URL("../../src/deploy/README.md", import.meta.url), "utf8")
    const policy = /```yaml\n(apiVersion: admissionregistration[\s\S]*?)```/.exec(readme)?.[1] ?? ""
    const text = policy
      .replaceAll("shop-production", env.namespace)
      .replaceAll(/(?<=serviceaccount:[^:\s]+:)planner/g, account)
      .replaceAll("signalbox-plans", `plans-${env.namespace}`)
    await kubectl(["apply", "--filename", "-"], text)
    policies.push(`plans-${env.namespace}`)
    const own = ["--kubeconfig", join(env.directory, `${account}.kubeconfig`), "--namespace", env.namespace]
    // It takes the API server a moment to hold to a new policy.
    for (let tries = 0; tries < 60; tries++) {
      const refused = await kubectl([...own, "create", "configmap", `try-${tries}`]).then(
        () => false,
        () => true,
      )
      if (refused) return
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    throw new Error("the policy never came into force")
  }
})

describe("what the API server does not take", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("immutable")
    env.chartFiles = {
      "templates/migrate.yaml": `apiVersion: batch/v1
kind: Job
metadata: { name: migrate }
spec:
  template:
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: migrate
          image: "{{ .Values.components.web.image.repository }}@{{ .Values.components.web.image.digest }}"
          command: [echo, "{{ .Values.global.version }}"]
          env: [{ name: DATABASE_PASSWORD_FILE, value: /run/db }]
          resources: { limits: { memory: 64Mi } }
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
`,
    }
  })
  afterAll(() => env.remove())

  test("C09 an immutable field refuses plan and deployment in the API server's words, and nothing is changed or held", async () => {
    const first = await env.call("run", { record: await env.release({ version: "1.0.0", kind: "good" }) })
    expect([first.code, first.stderr]).toEqual([0, ""])
    const state = () =>
      env.kubectl([
        ...["get", "secrets,deployments,jobs,services,configmaps", "--output"],
        'jsonpath={range .items[*]}{.kind}/{.metadata.name}@{.metadata.generation}{"\\n"}{end}',
      ])
    const before = await state()
    for (const command of ["plan", "run"] as const) {
      const end = await env.call(command, { record: await env.release({ version: "1.1.0", kind: "good" }) })
      expect([end.code, end.stderr]).toEqual([
        16,
        expect.stringMatching(
          /^POLICY_REFUSED: the API server does not take[\s\S]*Job\.batch\/migrate: spec\.template\S*: .*field is immutable\n.*hook/,
        ),
      ])
      expect(end.stderr).not.toContain("/run/db")
    }
    expect(await state()).toBe(before)
    expect((await env.observe()).ledger).toMatchObject({ holds: [], entries: [{ outcome: "verified" }] })
  })
})

describe("a first installation", () => {
  let env: TestEnvironment
  beforeAll(async () => {
    env = await TestEnvironment.create("first")
  })
  afterAll(() => env.remove())

  test("V08 that makes its namespace, its kinds and what its objects name is refused by none of them", async () => {
    const namespace = `${env.namespace}-new`
    const group = `${env.namespace}.example.org`
    env.account = adminKubeconfig(testInstance)
    env.chartFiles = {
      "crds/widget.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { plural: widgets, singular: widget, kind: Widget }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }]
`,
      "templates/widget.yaml": `apiVersion: ${group}/v1\nkind: Widget\nmetadata: { name: one }\n`,
      "templates/account.yaml": `apiVersion: v1
kind: ServiceAccount
metadata: { name: own }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: own }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: own }
subjects: [{ kind: ServiceAccount, name: own, namespace: ${namespace} }]
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: own }
`,
    }
    const record = await env.release({ version: "1.0.0", kind: "good" })
    const environment = env.environment({ namespace })
    try {
      const plan = await env.call("plan", { record, environment })
      expect([plan.code, plan.stderr]).toEqual([0, ""])
      expect(plan.stdout).toContain(`namespace ${namespace} is not there yet`)
      const end = await env.call("run", { record, environment })
      expect([end.code, end.stderr]).toEqual([0, ""])
      expect(end.stdout).toMatch(/not dry-run before it exists: Widget\.\S+\/one/)
    } finally {
      await kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"])
      await kubectl(["delete", "crd", `widgets.${group}`, "--ignore-not-found", "--wait=false"])
    }
  })
})

describe("X11 a Secret that a release has", () => {
  const canaries = ["not-in-the-plan-4711", "another-one-0815"] as const
  const secret = (password: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { password: ${JSON.stringify(password)}, same: same-in-both }\n`
  const forms = canaries.flatMap((one) => [one, Buffer.from(one).toString("base64")])

  let env: TestEnvironment
  /** Past the policy, which would refuse it. */
  async function addByHand(file: string, text: string): Promise<void> {
    const directory = join(env.directory, "by-hand")
    await cp(chart, directory, { recursive: true })
    await writeFile(join(directory, "templates", file), text)
    const place = ["--kubeconfig", env.kubeconfig, "--namespace", env.namespace]
    const { status, stderr } = spawnSync("helm", ["upgrade", "app", directory, "--reuse-values", ...place], {
      encoding: "utf8",
      env: { PATH: toolPath, HOME: env.directory },
    })
    expect([status, stderr]).toEqual([0, ""])
  }

  beforeAll(async () => {
    env = await TestEnvironment.create("secret")
    const end = await env.call("run", { record: await env.release({ version: "1.0.0", kind: "good" }) })
    expect([end.code, end.stderr]).toEqual([0, ""])
    await addByHand("secret.yaml", secret(canaries[0]))
    expect(await env.kubectl(["get", "secret", "db", "--output", "name"])).toBe("secret/db\n")
  })
  afterAll(() => env.remove())

  test("and the next one has not is told by its keys", async () => {
    env.chartFiles = {}
    const end = await env.call("plan", { record: await env.release({ version: "1.1.0", kind: "good" }) })
    expect([end.code, end.stderr]).toEqual([0, ""])
    const all = await everything(end)
    expect(all).toMatch(/### delete Secret\/db[\s\S]*- {2}password: \(secret\)/)
    for (const form of forms) expect(all).not.toContain(form)
  })

  test.each(["plan", "run"] as const)(
    "and the next one has with another value is told by the change, by %s",
    async (command) => {
      env.chartFiles = { "templates/secret.yaml": secret(canaries[1]) }
      const end = await env.call(command, { record: await env.release({ version: "1.2.0", kind: "good" }) })
      expect([end.code, end.stderr]).toEqual([
        16,
        expect.stringContaining("Secret/db carries a value for password"),
      ])
      const all = await everything(end)
      if (command === "plan")
        expect(all).toMatch(/- {2}password: \(secret, old value\)\n\+ {2}password: \(secret, new value\)/)
      for (const form of forms) expect(all).not.toContain(form)
    },
  )
})
