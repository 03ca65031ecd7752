/**
 * Program: opens a port for each Service of a try, and keeps it open until it is ended. The service that a call's `up` runs.
 *   node trial/open-ports.ts --input FILE --kubeconfig FILE [--memory /dev/shm]
 */
import { readFile } from "node:fs/promises"
import { z } from "zod"
import { asSignalboxError, SignalboxError } from "../../domain/index.ts"
import { endWith } from "../../toolbox/program-end.ts"
import { systemClock } from "../clock.ts"
import {
  credentialsOf,
  kubeconfigText,
  memoryDirectory,
  readKubeconfig,
  writeKubeconfig,
} from "../kubeconfig/index.ts"
import { Children, type RunningChild } from "../process/children.ts"
import { childEnvironments } from "../process/environments.ts"
import { trialArguments } from "./session.ts"

const forwarded = z.strictObject({
  component: z.string(),
  service: z.string(),
  /** Port of the Service. */
  port: z.int(),
  /** Port that is opened. */
  host: z.int(),
})

export const portsInput = z.strictObject({
  namespace: z.string(),
  server: z.string().nullable(),
  /** What the caller is told first. */
  notes: z.array(z.string()).readonly(),
  ports: z.array(forwarded).min(1).readonly(),
})

export type ForwardedPort = z.output<typeof forwarded>
export type PortsInput = z.output<typeof portsInput>

const pauseMs = 1_000
/** A way that could not even be opened so many times in a row is none. */
const attempts = 10

/** The command that leads a port of every address of its container to a Service. */
export function forwardArguments(
  { service, port, host }: Pick<ForwardedPort, "service" | "port" | "host">,
  { namespace, kubeconfig }: { readonly namespace: string; readonly kubeconfig: string },
): readonly string[] {
  return [
    "port-forward",
    ...["--kubeconfig", kubeconfig, "--namespace", namespace, "--address", "0.0.0.0"],
    `service/${service}`,
    `${host}:${port}`,
  ]
}

/**
 * Keeps a way open: kubectl leads to one pod, and ends when that pod is replaced.
 * @throws CLUSTER_UNREACHABLE where it cannot be opened
 */
export async function keepOpen(
  name: string,
  start: () => RunningChild,
  { say, sleep }: { say(line: string): void; sleep(ms: number): Promise<void> },
): Promise<never> {
  for (let failed = 0; ; ) {
    const child = start()
    await ended(child)
    const output = child.output().trim()
    const last = output.split("\n").at(-1) ?? ""
    failed = output.includes("Forwarding from ") ? 0 : failed + 1
    if (failed === attempts)
      throw new SignalboxError("CLUSTER_UNREACHABLE", {
        what: `the port of ${name} cannot be opened`,
        where: `service/${name}`,
        why: last === "" ? "kubectl port-forward ended without a word" : last,
        next: "see whether its pods still run, and call again",
      })
    say(`${name}: the way to it has ended, and is opened again${last === "" ? "" : `: ${last}`}`)
    await sleep(pauseMs)
  }
}

function ended(child: RunningChild): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!child.ended()) return
      stop()
      resolve()
    }
    const stop = child.onChange(check)
    check()
  })
}

async function main(argv: readonly string[]): Promise<void> {
  const args = trialArguments(argv)
  const { namespace, notes, ports, server } = portsInput.parse(JSON.parse(await readFile(args.input, "utf8")))
  const credentials = credentialsOf(
    readKubeconfig(await kubeconfigText(args.kubeconfig)),
    { server: null, caFingerprint: null },
    server,
  )
  const memory = await memoryDirectory(args.memory)
  const kubeconfig = await writeKubeconfig(memory, credentials, namespace)
  const children = new Children(childEnvironments(memory, undefined))
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.once(signal, () => {
      children.killAll()
      process.exit(0)
    })
  const say = (line: string) => process.stdout.write(`${line}\n`)
  notes.forEach(say)
  const sleep = (ms: number) => systemClock.sleep(ms)
  await Promise.all(
    ports.map((one) => {
      say(`${one.component} on port ${one.host}`)
      const start = () => children.start("kubectl", forwardArguments(one, { namespace, kubeconfig }))
      return keepOpen(one.component, start, { say, sleep })
    }),
  )
}

if (import.meta.main)
  try {
    await main(process.argv.slice(2))
  } catch (thrown) {
    // Nothing that kubectl says holds a credential; what a parser says of the kubeconfig is never quoted.
    process.exitCode = endWith(asSignalboxError(thrown), undefined, (text) => text)
    process.exit()
  }
