/** A canary in every place that an application, an admission controller or a person may put a secret: no output has it. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { KnownSecrets } from "../../../src/chart/index.ts"
import { systemClock } from "../../../src/deploy/clock.ts"
import { secretPath } from "../../../src/deploy/cluster/index.ts"
import { collectDiagnosis, hidePacked } from "../../../src/deploy/diagnosis/index.ts"
import { driverActions } from "../../../src/deploy/driver/actions.ts"
import { Recorder } from "../../../src/deploy/driver/recorder.ts"
import type { DriverSession } from "../../../src/deploy/driver/session.ts"
import { load } from "../../../src/deploy/driver/verification.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { endWith } from "../../../src/toolbox/program-end.ts"
import { type ProcessOptions, planLoad } from "../../../src/verify/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { memorySession } from "./support/session.ts"
import { setOf } from "./support/sets.ts"

// Put together here, because the gate secrets would take it for one.
const ofSecret = ["canary", "of", "a", "namespace", "6f1d"].join("-")
const ofPod = "canary-set-by-hand-93ab"
const canaries = [ofSecret, ofPod]
const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64")
/** As a program may print a text: plain, in base64, compressed as Helm does it, or within something longer. */
const forms = (canary: string) => [
  canary,
  base64(canary),
  base64(gzipSync(canary)),
  base64(base64(gzipSync(JSON.stringify({ data: canary })))),
  base64(JSON.stringify({ user: "shop", password: canary })),
  Buffer.from(canary).toString("hex"),
]

let directory: string
let server: Server
let answer: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "canaries-"))
  answer = JSON.stringify({ error: `cannot log in with ${ofSecret}` })
  server = createServer((_request, response) => {
    response.statusCode = 500
    response.end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
})
afterEach(async () => {
  server.close()
  await rm(directory, { recursive: true })
})

function cluster(): MemoryApi {
  const api = new MemoryApi()
  const words = canaries.flatMap(forms).join("\n")
  api.put(secretPath("apps", "db"), { metadata: { name: "db" }, data: { password: base64(ofSecret) } })
  api.put("/api/v1/namespaces/apps/pods/web-1", {
    metadata: { name: "web-1", namespace: "apps", uid: "1", labels: { "app.kubernetes.io/instance": "app" } },
    spec: {
      initContainers: [{ name: "init", env: [{ name: "X", value: ofPod }] }],
      containers: [{ name: "web", env: [{ name: "X", value: ofPod }], args: [`--password=${ofSecret}`] }],
    },
    status: {
      containerStatuses: [
        {
          name: "web",
          state: { waiting: { reason: "CreateContainerError", message: `no ${ofPod}: ${words}` } },
        },
      ],
    },
  })
  api.put("/api/v1/namespaces/apps/events/e", {
    metadata: { name: "e" },
    involvedObject: { uid: "1", kind: "Pod", name: "web-1" },
    message: `hook said: ${words}`,
  } as never)
  api.text = async () => `${words}\n`
  return api
}

/** Every file and line, and whatever they hold in base64 or compressed, and that again. */
async function assertNoCanary(told: readonly string[] = []): Promise<void> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = files.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  const texts = [...told, ...(await Promise.all(paths.map((path) => readFile(path, "utf8"))))]
  expect(texts.join("").length).toBeGreaterThan(20)
  for (const text of texts.flatMap((one) => unpacked(one, 3)))
    for (const canary of canaries)
      for (const form of [canary, Buffer.from(canary).toString("hex")]) expect(text).not.toContain(form)
}

function unpacked(text: string, depth: number): readonly string[] {
  if (depth === 0) return [text]
  const inner = [...text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)].flatMap(([run]) => {
    const bytes = Buffer.from(run, "base64")
    try {
      return [(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8")]
    } catch {
      return []
    }
  })
  return [text, ...inner.flatMap((one) => unpacked(one, depth - 1))]
}

async function session(say: string[] = []) {
  const recorder = new Recorder(directory, (line) => say.push(line))
  const { port } = server.address() as AddressInfo
  const opened: DriverSession = {
    ...memorySession(cluster(), systemClock),
    recorder,
    testsWork: directory,
    access: () => ({ baseUrl: async () => `http://127.0.0.1:${port}`, close: async () => {} }),
  }
  recorder.hideBy((text) => opened.secrets.hide(text))
  return opened
}

describe("V32 no output has a canary, plain, in base64 or compressed", () => {
  test("V32 a diagnosis: pods, events, logs, first cause", async () => {
    const secrets = new KnownSecrets()
    const cause = await collectDiagnosis(cluster(), "apps", "app", { directory, secrets, baseRevision: 0 })
    expect(cause).toContain("container set-up: web-1/web: CreateContainerError")
    const pods = await readFile(join(directory, "pods.json"), "utf8")
    expect(pods).toContain('"value": "(left out)"')
    await assertNoCanary([cause ?? ""])
  })

  test("V32 the log of a hook", async () => {
    const opened = await session()
    const words = forms(ofSecret).join("\n")
    const stored = await driverActions(opened, "op", null).storeLog("hook-migrate.log", words)
    await assertNoCanary([stored ?? ""])
  })

  test("sibling of V32: a smoke test that quotes the application's answer", async () => {
    const said: string[] = []
    const opened = await session(said)
    const smoke =
      "retries: { attempts: 1 }\nchecks: [{ name: a, path: /, expect: { json: { error: none } } }]"
    const actions = driverActions({ ...opened, input: { ...opened.input, smoke } }, "op", null)
    const result = await actions.smoke(setOf("1.0.0"), "smoke.json", 5000, new AbortController().signal)
    expect(result).toMatchObject({ ok: false })
    opened.recorder.say(JSON.stringify(result))
    await assertNoCanary([...said, JSON.stringify(result)])
  })

  test.each([
    ["expect: { json: { error: none } }", "no JSON, and long"],
    ["expect: { json: { error: none } }", "JSON"],
    ["expect: { json: { error: { matches: ^$ } } }", "JSON"],
  ])("sibling of V32: a smoke test with %s that cuts through a secret in %s", async (wanted, form) => {
    for (let before = 40; before < 130; before += 6) {
      answer = `${"x".repeat(before)}${ofSecret}`
      if (form === "JSON") answer = JSON.stringify({ error: answer })
      const opened = await session()
      const smoke = `retries: { attempts: 1 }\nchecks: [{ name: a, path: /, ${wanted} }]`
      const actions = driverActions({ ...opened, input: { ...opened.input, smoke } }, "op", null)
      const result = await actions.smoke(setOf("1.0.0"), "smoke.json", 5000, new AbortController().signal)
      expect(result).toMatchObject({ ok: false })
      const said = [JSON.stringify(result), await readFile(join(directory, "smoke.json"), "utf8")].join()
      for (let length = 4; length <= ofSecret.length; length++)
        expect(said).not.toContain(ofSecret.slice(0, length))
    }
  })

  test("sibling of V32: a log of k6 whose beginning is cut off begins with a whole line", async () => {
    const opened = await session()
    const stderr = `${ofSecret.slice(6)} is the rest of a line\nlevel=error msg="a whole line"\n`
    const children = {
      run: async () => ({ code: 107, stdout: "", stderr, timedOut: false, truncated: true }),
    } as unknown as DriverSession["children"]
    const plan = planLoad({ profile: "smoke", protected: false })
    const options = { timeoutMs: 5000, signal: new AbortController().signal }
    await expect(load({ ...opened, children }, plan, "1.0.0", options)).rejects.toThrow(/a whole line/)
    const log = await readFile(join(directory, "k6.log"), "utf8")
    expect(log).toContain("a whole line")
    expect(log).not.toContain("rest of a line")
  })

  test("sibling of V32: a load script that prints the application's answers, and throws them", async () => {
    const opened = await session()
    const stderr = `time="x" level=error msg="Error: ${ofSecret}\\n" source=stacktrace\n${forms(ofSecret).join("\n")}\n`
    const children = {
      ...opened.children,
      run: async (_command: string, _args: readonly string[], _options: ProcessOptions) => ({
        ...{ code: 0, stdout: "", stderr, timedOut: false, truncated: false },
      }),
    } as unknown as DriverSession["children"]
    const report = await load(
      { ...opened, children },
      planLoad({ profile: "smoke", protected: false }),
      "1.0.0",
      {
        ...{ timeoutMs: 1000, signal: new AbortController().signal },
      },
    )
    expect(await readFile(join(directory, "k6.log"), "utf8")).toContain("(secret)")
    await assertNoCanary([JSON.stringify(report)])
  })

  test("sibling of V32: what is printed, events.ndjson and error.json", async () => {
    const said: string[] = []
    const opened = await session(said)
    opened.secrets.learn([ofSecret])
    opened.recorder.tell({
      event: "step-ended",
      step: "smoke",
      state: "failed",
      text: `answered ${ofSecret}`,
    })
    await opened.recorder.summary()
    const detail = {
      what: `no ${ofSecret}`,
      where: ofSecret,
      why: ofSecret,
      next: `look at ${base64(ofSecret)}`,
    }
    const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0)
    endWith(new SignalboxError("TOOL_FAILED", detail), directory, (text) => opened.secrets.hide(text))
    stderr.mockRestore()
    expect(said.join("")).toContain("TOOL_FAILED: no (secret)")
    await assertNoCanary(said)
  })
})

test("V32 text without a secret stays as it is, compressed text too", () => {
  const secrets = new KnownSecrets()
  secrets.learn([ofSecret])
  const harmless = `${base64(gzipSync("nothing to hide here at all"))} sha256:${"ab".repeat(32)} ${"x".repeat(500)}`
  expect(hidePacked(harmless, secrets)).toBe(harmless)
  // What was cut off may hold anything.
  expect(hidePacked(base64(gzipSync(ofSecret).subarray(0, 30)), secrets)).toBe("(secret)")
})
