/**
 * `node forward.ts HOST=NAME:PORT…` passes on what reaches a port of this container to the service that listens there. One file
 * without packages: it runs in any container with Node. A service that has gone costs its own callers alone their connections.
 */
import { connect, createServer, type Socket } from "node:net"

/** A port, and the service that is reached by it. */
export interface Forwarded {
  readonly host: number
  readonly name: string
  readonly port: number
}

export const argumentOf = ({ host, name, port }: Forwarded): string => `${host}=${name}:${port}`

/** @throws Error for what `argumentOf` does not give */
export function forwardedBy(argument: string): Forwarded {
  const [, host, name, port] = /^(\d+)=([a-z0-9-]+):(\d+)$/.exec(argument) ?? []
  if (host === undefined || name === undefined || port === undefined)
    throw new Error("usage: forward.ts HOST=NAME:PORT…")
  return { host: Number(host), name, port: Number(port) }
}

/** Connects a caller with a service; either end's end is the other's. @param gone is told why the service cannot be reached */
export function passOn(caller: Socket, { name, port }: Forwarded, gone: (why: string) => void): void {
  const service = connect({ host: name, port, allowHalfOpen: true })
  service.on("error", (error) => {
    gone(error.message)
    caller.destroy()
  })
  caller.on("error", () => service.destroy())
  caller.pipe(service).pipe(caller)
}

function serve(forwarded: Forwarded): void {
  const { name, host } = forwarded
  const tell = (why: string) => process.stderr.write(`${name} does not answer: ${why}\n`)
  createServer({ allowHalfOpen: true }, (caller) => passOn(caller, forwarded, tell)).listen(host, () => {
    process.stdout.write(`${name} on port ${host}\n`)
  })
}

if (import.meta.main) process.argv.slice(2).map(forwardedBy).forEach(serve)
