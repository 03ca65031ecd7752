import { spawn } from "node:child_process"
import { once } from "node:events"
import { Recorder } from "./recorder.ts"

const port = 18099

const script = (threshold: string, path = "/health") => `import http from "k6/http"
import { check } from "k6"
export const options = {
  vus: 2,
  iterations: 20,
  thresholds: { http_req_failed: ["rate<0.01"], http_req_duration: ["${threshold}"], checks: ["rate>0.99"] },
}
export default function () {
  const answer = http.get("http://127.0.0.1:${port}${path}")
  check(answer, { "answers 200": (r) => r.status === 200 })
}
export function handleSummary(data) {
  return { "handle-summary.json": JSON.stringify(data, null, 2) }
}
`

/** The server runs in its own process: the recorder waits for k6 in a blocking call. */
const server = `require("node:http").createServer((request, answer) => {
  answer.statusCode = request.url === "/health" ? 200 : 500
  answer.end("ok")
}).listen(${port}, "127.0.0.1", () => console.log("ready"))`

export async function recordK6(binary: string): Promise<void> {
  const recorder = new Recorder("k6", binary)
  const target = spawn(process.execPath, ["--eval", server], { stdio: ["ignore", "pipe", "inherit"] })
  try {
    await once(target.stdout, "data")
    const run = (file: string) => [
      "run",
      "--quiet",
      "--no-usage-report",
      "--no-color",
      "--summary-export",
      "export.json",
      file,
    ]
    recorder.file("passes.js", script("p(95)<2000"))
    recorder.file("crosses.js", script("p(95)<0.0001"))
    recorder.file("fails.js", script("p(95)<2000", "/broken"))
    const both = (name: string, about: string, file: string) => {
      recorder.record(`${name}-handle-summary`, {
        about: `${about}; handleSummary`,
        args: run(file),
        report: "handle-summary.json",
      })
      recorder.file(`plain-${file}`, readWithoutSummary(file))
      recorder.record(`${name}-summary-export`, {
        about: `${about}; --summary-export`,
        args: run(`plain-${file}`),
        report: "export.json",
      })
    }
    const readWithoutSummary = (file: string) => {
      const [threshold, path] =
        file === "crosses.js"
          ? ["p(95)<0.0001", "/health"]
          : ["p(95)<2000", file === "fails.js" ? "/broken" : "/health"]
      return script(threshold, path).split("export function handleSummary")[0] ?? ""
    }
    both("passed", "all thresholds hold", "passes.js")
    both("crossed", "the duration threshold is crossed", "crosses.js")
    both("failed-requests", "every request fails", "fails.js")
    recorder.file(
      "throws.js",
      'export default function () { throw new Error("boom") }\nexport const options = { iterations: 1 }\n',
    )
    recorder.record("script-throws", {
      about: "an iteration throws; no threshold",
      args: run("throws.js"),
      report: "export.json",
    })
    recorder.file(
      "setup-throws.js",
      'export function setup() { throw new Error("no target") }\nexport default function () {}\n',
    )
    recorder.record("setup-throws", {
      about: "setup throws",
      args: run("setup-throws.js"),
      report: "export.json",
    })
    recorder.file("broken.js", "export default function ( {\n")
    recorder.record("script-broken", {
      about: "a script that does not parse",
      args: run("broken.js"),
      report: "export.json",
    })
    recorder.record("script-missing", {
      about: "a script that does not exist",
      args: run("nowhere.js"),
      report: "export.json",
    })
    recorder.finish("v1.8.1")
  } finally {
    target.kill()
  }
}
