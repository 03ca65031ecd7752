import { expect, test } from "vitest"
import { emptyLedger } from "../../../src/deploy/state/index.ts"
import { contradiction, runs, type World } from "../../../src/deploy/world/index.ts"
import { type Pod, podImages, runningImages } from "../../../src/deploy/world/pods.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { manifestOf, setOf } from "./support/sets.ts"

const set = setOf("1.0.0")
const own = sha256("1.0.0")
const sidecar = sha256("mesh proxy")

const pod = (...digests: readonly string[]) => ({
  metadata: { name: "web-1", labels: { "app.kubernetes.io/component": "web" } },
  spec: {},
  status: { containerStatuses: digests.map((digest) => ({ name: "c", imageID: `r.example/i@${digest}` })) },
})

/** A pod that is told to run one image, and reports another digest of it. */
const told = (digest: string, reported: string) => ({
  ...pod(reported),
  spec: { containers: [{ name: "c", image: `r.example/i@${digest}` }] },
})

function worldOf(...pods: readonly Pod[]): World {
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
  ["another digest of what it was told by digest", [told(own, sha256("annotated"))], true],
  ["another digest", [pod(sha256("0.9.0"))], false],
  ["another digest, as it was told", [told(sha256("0.9.0"), sha256("0.9.0"))], false],
  ["another digest beside a sidecar", [pod(own, sidecar), pod(sha256("0.9.0"), sidecar)], false],
])("a set runs or not by what each pod reports: %s", (_name, pods, expected) => {
  expect(runs(worldOf(...pods), set)).toBe(expected)
})

test("all that the pods report is shown", () => {
  expect(worldOf(pod(own, sidecar), pod(own)).images).toEqual({ web: [own, sidecar].sort() })
})

test.each([
  ["nothing", [], null],
  ["its own image", [pod(own)], null],
  ["its own beside one that is still the old one", [pod(own), pod(sha256("0.9.0"))], null],
  ["another digest of what it was told by digest", [told(own, sha256("annotated"))], null],
  ["another image", [pod(sha256("0.9.0"))], "no pod of web runs the image that 1.0.0 has"],
])("a proven set is only contradicted by pods none of which runs its image: %s", (_name, pods, expected) => {
  expect(contradiction(worldOf(...pods), set)).toBe(expected)
})
