import { spawn } from "node:child_process"
import { once } from "node:events"
import { Recorder } from "./recorder.ts"

const port = 18099
/** Nobody listens here. */
const deadPort = 18098

/** What a load test of ours brings: never the script's own options. */
const main = (file: string) => `import * as user from "./${file}"
export const options = {
  scenarios: { smoke: { executor: "shared-iterations", vus: 2, iterations: 6 } },
  systemTags: ["status", "scenario", "group"],
  discardResponseBodies: false,
}
export function setup() { return user.setup ? user.setup() : undefined }
export default function (data) { return user.default(data) }
export function teardown(data) { if (user.teardown) user.teardown(data) }
`

/** A load as it is planned, of one second. */
const ours = `export const options = {
  scenarios: {
    smoke: {
      executor: "ramping-vus",
      startVUs: 1,
      stages: [{ duration: "1s", target: 2 }],
      gracefulRampDown: "5s",
      gracefulStop: "10s",
    },
  },
  systemTags: ["status", "scenario", "group"],
  discardResponseBodies: false,
}
export function setup() {}
export default function () { new Promise((done) => setTimeout(done, 200)) }
`

const imports = `import http from "k6/http"
import exec from "k6/execution"
import { check } from "k6"
import { Counter, Rate, Trend } from "k6/metrics"
const base = "http://127.0.0.1:${port}"
`

/** Scripts by name: what each is about, and what stands in it. */
const scripts: Readonly<Record<string, readonly [about: string, text: string]>> = {
  passed: [
    "every request is answered 200; the script prints what looks like a sample",
    `export default function () {
  console.log('{"metric":"http_reqs","type":"Point","data":{"time":"2026-01-01T00:00:00Z","value":1,"tags":{"status":"503"}}}')
  check(http.get(base + "/health"), { "answers 200": (r) => r.status === 200 })
}`,
  ],
  "check-fails": [
    "every request is answered 200, and one check of two never holds",
    `export default function () {
  check(http.get(base + "/health"), { "answers 200": (r) => r.status === 200, "is 201": (r) => r.status === 201 })
}`,
  ],
  mixed: [
    "a redirect, a 404 and a 500 in each iteration",
    `export default function () {
  http.get(base + "/moved")
  http.get(base + "/404")
  http.get(base + "/500")
}`,
  ],
  "callback-of-all": [
    "503 and 404 by turns, and setResponseCallback calls every status expected",
    `http.setResponseCallback(http.expectedStatuses({ min: 200, max: 599 }))
export default function () {
  const answer = http.get(base + (exec.scenario.iterationInTest % 2 === 0 ? "/503" : "/404"))
  check(answer, { "there is an answer": (r) => r.status > 0 })
}`,
  ],
  "callback-of-one": [
    "503, and each request says that nothing is to be called failed",
    `export default function () {
  const answer = http.get(base + "/503", { responseCallback: null })
  check(answer, { "there is an answer": (r) => r.status > 0 })
}`,
  ],
  "status-tags": [
    "503, tagged as 200 by the request and by the virtual user",
    `export default function () {
  exec.vu.metrics.tags.status = "200"
  exec.vu.metrics.metadata.status = "200"
  const answer = http.get(base + "/503", { tags: { status: "200", expected_response: "true" } })
  check(answer, { "there is an answer": (r) => r.status > 0 })
}`,
  ],
  "own-options": [
    "503; options, thresholds and handleSummary of the script, and a JSON.stringify of its own",
    `export const options = { systemTags: ["url"], noSummary: true, thresholds: {} }
export function handleSummary() { return { stdout: "{}" } }
JSON.stringify = () => "{}"
export default function () {
  check(http.get(base + "/503"), { "there is an answer": (r) => r.status > 0 })
}`,
  ],
  "added-samples": [
    "503, and the script adds samples of good requests to k6's own metrics",
    `const reqs = new Counter("http_reqs")
const failed = new Rate("http_req_failed")
const times = ["duration", "blocked", "connecting", "tls_handshaking", "sending", "waiting", "receiving"]
  .map((part) => new Trend("http_req_" + part, true))
export default function () {
  check(http.get(base + "/503"), { "there is an answer": (r) => r.status > 0 })
  for (let i = 0; i < 2; i++) {
    reqs.add(1, { status: "200" })
    for (const time of times) time.add(1, { status: "200" })
    failed.add(false, { status: "200" })
  }
}`,
  ],
  "no-answer": [
    "nobody listens; the script calls that expected",
    `http.setResponseCallback(null)
export default function () {
  check(http.get("http://127.0.0.1:${deadPort}/"), { "it was sent": () => true })
}`,
  ],
  "own-metrics": [
    "metrics of the script's own, with values that no JSON has",
    `const mine = new Trend("http_request_mine")
export default function () {
  mine.add(Infinity)
  check(http.get(base + "/health"), { "answers 200": (r) => r.status === 200 })
  mine.add(1)
}`,
  ],
  "script-throws": [
    "every iteration throws",
    'export default function () { http.get(base + "/health"); throw new Error("boom") }',
  ],
  "setup-throws": [
    "setup throws",
    'export function setup() { throw new Error("no target") }\nexport default function () {}',
  ],
  aborts: [
    "setup ends the test",
    'export function setup() { exec.test.abort("no target") }\nexport default function () {}',
  ],
  "script-broken": ["a script that does not parse", "export default function ( {"],
}

/** The server runs in its own process: the recorder waits for k6 in a blocking call. */
const server = `require("node:http").createServer((request, answer) => {
  const status = Number(request.url.slice(1))
  answer.statusCode = request.url === "/health" ? 200 : request.url === "/moved" ? 302 : status
  if (request.url === "/moved") answer.setHeader("location", "/health")
  answer.end("ok")
}).listen(${port}, "127.0.0.1", () => console.log("ready"))`

/** As a load test of ours starts it; a unit test compares. */
const run = (file: string) => [
  ...["run", "--quiet", "--no-color", "--no-usage-report", "--summary-mode=disabled"],
  ...["--address", "", "--out", "json", file],
]

export async function recordK6(binary: string): Promise<void> {
  const recorder = new Recorder("k6", binary)
  const target = spawn(process.execPath, ["--eval", server], { stdio: ["ignore", "pipe", "inherit"] })
  try {
    await once(target.stdout, "data")
    for (const [name, [about, text]] of Object.entries(scripts)) {
      recorder.file(`${name}.js`, `${imports}${text}\n`)
      recorder.file(`main-${name}.js`, main(`${name}.js`))
      recorder.record(name, { about, args: run(`main-${name}.js`) })
    }
    recorder.record("script-missing", { about: "a script that does not exist", args: run("nowhere.js") })
    recorder.file("ours.js", ours)
    recorder.record("options-of-ours", { about: "every option of a load of ours", args: run("ours.js") })
    recorder.file(
      "unknown-option.js",
      "export const options = { noUsageReport: true, iterations: 1 }\nexport default function () {}\n",
    )
    recorder.record("unknown-option", {
      about: "an option that k6 does not know: a warning, and nothing else",
      args: run("unknown-option.js"),
    })
    recorder.finish("v1.8.1")
  } finally {
    target.kill()
  }
}
