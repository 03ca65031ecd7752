import { expect, test } from "vitest"
import { emptyLedger } from "../../../src/deploy/state/index.ts"
import { runs, type World } from "../../../src/deploy/world/index.ts"
import { podImages, runningImages } from "../../../src/deploy/world/pods.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { manifestOf, setOf } from "./support/sets.ts"

const set = setOf("1.0.0")
const own = sha256("1.0.0")
const sidecar = sha256("mesh proxy")

const pod = (...digests: readonly string[]) => ({
  metadata: { name: "web-1", labels: { "app.kubernetes.io/component": "web" } },
  status: { containerStatuses: digests.map((digest) => ({ name: "c", imageID: `r.example/i@${digest}` })) },
})

function worldOf(...pods: readonly ReturnType<typeof pod>[]): World {
  const running = podImages(pods)
  const { manifests } = set
  return {
    revisions: [
      { revision: 1, status: "deployed", description: "", manifest: manifestOf("1.0.0"), manifests },
    ],
    ...{ rollout: { ready: true, waitingFor: [] }, ledger: emptyLedger("staging") },
    ...{ images: runningImages(running), pods: running },
  }
}

test.each([
  ["its own digest", [pod(own)], true],
  ["its own digest beside a sidecar", [pod(own, sidecar), pod(sidecar, own)], true],
  ["nothing yet", [pod()], true],
  ["another digest", [pod(sha256("0.9.0"))], false],
  ["another digest beside a sidecar", [pod(own, sidecar), pod(sha256("0.9.0"), sidecar)], false],
])("a set runs or not by what each pod reports: %s", (_name, pods, expected) => {
  expect(runs(worldOf(...pods), set)).toBe(expected)
})

test("all that the pods report is shown", () => {
  expect(worldOf(pod(own, sidecar), pod(own)).images).toEqual({ web: [own, sidecar].sort() })
})
