/** The ports of a try: opened again when a pod is replaced, and given up where they cannot be opened at all. */
import { expect, test } from "vitest"
import type { RunningChild } from "../../../src/deploy/process/children.ts"
import { forwardArguments, keepOpen } from "../../../src/deploy/trial/open-ports.ts"

/** A child that has ended, with what it said. */
const child = (output: string): RunningChild => ({
  output: () => output,
  ended: () => true,
  onChange: () => () => {},
  stop: () => {},
})

const opened = "Forwarding from 0.0.0.0:3000 -> 8080\nHandling connection\nerror: lost connection to pod"
const refused = "error: unable to forward port because pod is not running"

test("a port leads to a Service from every address of its container", () => {
  const place = { namespace: "shop-try-dev", kubeconfig: "/dev/shm/k" }
  expect(forwardArguments({ service: "web", port: 80, host: 3000 }, place)).toEqual([
    "port-forward",
    ...["--kubeconfig", "/dev/shm/k", "--namespace", "shop-try-dev", "--address", "0.0.0.0"],
    ...["service/web", "3000:80"],
  ])
})

test("a way that was open is opened again as often as its pods are replaced", async () => {
  const said: string[] = []
  let starts = 0
  const start = () => {
    starts += 1
    if (starts > 50) throw new Error("enough")
    return child(starts % 2 === 0 ? refused : opened)
  }
  await expect(
    keepOpen("web", start, { say: (line) => said.push(line), sleep: async () => {} }),
  ).rejects.toThrow("enough")
  expect(said).toHaveLength(50)
  expect(said[0]).toBe("web: the way to it has ended, and is opened again: error: lost connection to pod")
})

test("a way that never opens ends with what kubectl says", async () => {
  let starts = 0
  const start = () => {
    starts += 1
    return child(refused)
  }
  await expect(keepOpen("web", start, { say: () => {}, sleep: async () => {} })).rejects.toMatchObject({
    code: "CLUSTER_UNREACHABLE",
    detail: { why: refused },
  })
  expect(starts).toBe(10)
})
