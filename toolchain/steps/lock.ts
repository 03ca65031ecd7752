import { createConnection, createServer, type Server } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"

/** Releases the lock. */
export type Release = () => Promise<void>

/**
 * Takes a machine-wide lock, waiting for as long as another holder has it.
 *
 * The lock is a bound socket in Linux's abstract namespace: the kernel lets one process have the name, and takes it
 * back at the moment that process ends, however it ends. No lock can be stale, neither after SIGKILL nor after a
 * reboot. A waiting process reads a description of the holder from the socket.
 * @param name unique on this machine
 * @param onWait called once, with a description of the holder, when the lock is not free
 */
export async function takeLock(
  name: string,
  purpose: string,
  onWait: (holder: string) => void,
): Promise<Release> {
  let reported = false
  for (;;) {
    const release = await tryLock(name, purpose)
    if (release) return release
    if (!reported) onWait(await holderOf(name))
    reported = true
    await sleep(200)
  }
}

/** Locks that this process holds as a whole, with the number of their users in it. */
const together = new Map<string, { readonly lock: Promise<Release>; holders: number }>()

/** Takes a lock for this whole process: the first call takes it, others join, and the last to release it frees it. */
export async function takeTogether(
  name: string,
  purpose: string,
  onWait: (holder: string) => void,
): Promise<Release> {
  const held = together.get(name) ?? { lock: takeLock(name, purpose, onWait), holders: 0 }
  together.set(name, held)
  held.holders++
  await held.lock.catch((error: unknown) => {
    together.delete(name)
    throw error
  })
  return async () => {
    held.holders--
    if (held.holders > 0) return
    together.delete(name)
    await (await held.lock)()
  }
}

/** Takes a lock without waiting. @returns undefined where it is held */
export async function tryLock(name: string, purpose: string): Promise<Release | undefined> {
  const server = await bind(name, `${purpose}, process ${process.pid}`)
  return server && (() => new Promise((resolve) => server.close(() => resolve())))
}

function bind(name: string, description: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy())
      socket.end(description)
    })
    server.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined)
      else reject(error)
    })
    server.listen({ path: `\0signalbox:${name}` }, () => {
      server.unref()
      resolve(server)
    })
  })
}

async function holderOf(name: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: `\0signalbox:${name}` })
    let text = ""
    // A holder that has ended by now, or is too busy to answer, stays unnamed: the next attempt decides.
    const done = () => {
      socket.destroy()
      resolve(text || "another process")
    }
    socket.setTimeout(500, done)
    socket.on("data", (chunk) => {
      text += chunk.toString()
    })
    socket.on("end", done)
    socket.on("error", done)
  })
}
