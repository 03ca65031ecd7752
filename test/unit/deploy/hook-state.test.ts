/** What a hook's Job and its pod say about how it ended. */
import { expect, test } from "vitest"
import type { KubeObject } from "../../../src/deploy/cluster/index.ts"
import { hasEnded, stateOf } from "../../../src/deploy/steps/hook/state.ts"
import type { Pod } from "../../../src/deploy/world/index.ts"

const metadata = { name: "job" }
const job = (type: string | null): KubeObject => ({
  metadata,
  status: { conditions: type === null ? [] : [{ type, status: "True" }] },
})
const podOf = (terminated: object | null, more: object = {}): Pod => ({
  metadata,
  status: {
    containerStatuses: [
      { name: "sidecar", state: { terminated: { exitCode: 9 } } },
      { name: "main", state: terminated === null ? { waiting: {} } : { terminated } },
    ],
    ...more,
  },
})

const failed = (judged: boolean, cause: string | null) => ({ ended: true, passed: false, judged, cause })

test.each<[string, Pod | undefined, ReturnType<typeof failed>]>([
  ["an exit code judges", podOf({ exitCode: 3, reason: "Error" }), failed(true, "exit code 3")],
  [
    "so does a program that took too much memory",
    podOf({ exitCode: 137, reason: "OOMKilled" }),
    failed(true, "out of memory, exit code 137"),
  ],
  [
    "so does one that was ended at its limit",
    podOf({ exitCode: 137, reason: "Error" }, { reason: "DeadlineExceeded" }),
    failed(true, "it did not end in time"),
  ],
  ["one that never began by then does not", podOf(null, { reason: "DeadlineExceeded" }), failed(false, null)],
  [
    "nor one that cannot be started",
    podOf({ exitCode: 128, reason: "StartError", message: "no such file" }),
    failed(false, "it did not start: no such file"),
  ],
  [
    "nor one that was evicted",
    podOf({ exitCode: 137, reason: "Error" }, { reason: "Evicted", message: "disk pressure" }),
    failed(false, "its pod was ended: Evicted disk pressure"),
  ],
  [
    "nor one that a drain took away",
    podOf({ exitCode: 143 }, { conditions: [{ type: "DisruptionTarget", status: "True" }] }),
    failed(false, "its pod was ended:"),
  ],
  ["nor one whose pod is gone", undefined, failed(false, null)],
])("%s", (_, pod, expected) => {
  expect(stateOf(job("Failed"), pod === undefined ? [] : [pod])).toEqual(expected)
})

test("only what Kubernetes has called complete has passed, whatever its pod says by then", () => {
  const passing = podOf({ exitCode: 0 })
  expect(stateOf(job(null), [passing])).toEqual({ ended: false })
  expect(stateOf(job("FailureTarget"), [passing])).toEqual({ ended: false })
  expect(stateOf(job("Failed"), [podOf({ exitCode: 0 })])).toMatchObject({ passed: false })
  expect(stateOf(job("Complete"), [])).toEqual({ ended: true, passed: true })
  expect([null, "Suspended", "Complete", "Failed"].map((type) => hasEnded(job(type)))).toEqual([
    ...[false, false, true, true],
  ])
})
