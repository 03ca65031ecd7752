/** Load scripts of people who would rather not fail, or who look around. */

/** Every answer is called expected, in every way that k6 has, and the one check always holds. */
export const callsAllExpected = (path: string) => `
import http from "k6/http"
import { check, sleep } from "k6"
export const options = { thresholds: {}, systemTags: ["url"] }
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 599 }))
JSON.stringify = () => "{}"
export default function () {
  const params = { responseCallback: null, tags: { status: "200", expected_response: "true" } }
  check(http.get(__ENV.BASE_URL + ${JSON.stringify(path)}, params), { "there is an answer": (r) => r.status > 0 })
  sleep(0.05)
}
`

/**
 * Line by line what a script could read: `READ path length text`, or `SHUT path`; `ENV name` for each variable. Command lines
 * are open to everybody, and hold no secret.
 */
export const looksAround = (places: readonly string[]) => `
import http from "k6/http"
import { check, sleep } from "k6"
function look(path) {
  let text
  try {
    text = open(path)
  } catch (error) {
    console.log("SHUT " + path)
    return ""
  }
  console.log("READ " + path + " " + text.length + " " + text)
  return text
}
if (__VU === 0) {
  for (const name of Object.keys(__ENV)) console.log("ENV " + name)
  for (const path of ${JSON.stringify(places)}) look(path)
  for (const name of ["TMPDIR", "HOME"]) if (__ENV[name] !== undefined) look(__ENV[name] + "/kubeconfig")
  for (let id = 1; id < 64; id++) look("/proc/" + id + "/environ")
}
export default function () {
  check(http.get(__ENV.BASE_URL + "/health"), { healthy: (r) => r.status === 200 })
  sleep(0.05)
}
`

/** Runs longer than it was asked to. */
export const doesNotEnd = `
import http from "k6/http"
import { sleep } from "k6"
export default function () { http.get(__ENV.BASE_URL + "/health"); sleep(0.1) }
export function teardown() { sleep(50) }
`
