import { posix } from "node:path"
import { cleanPath } from "../paths.ts"
import type { NodeComponent } from "./schema.ts"

type Service = NodeComponent & { kind: "service" }

/** Where Next.js writes a server with all that it needs, and nothing else. */
const standalone = ".next/standalone"

/** Whether a component's entry is the server that Next.js writes. */
export function isStandalone(component: NodeComponent): boolean {
  return component.kind === "service" && isStandaloneEntry(component.entry)
}

export const isStandaloneEntry = (entry: string): boolean => cleanPath(entry).startsWith(`${standalone}/`)

/** The parts of an image with such a server, by where they are in the component and where they belong in the image. */
export interface StandaloneLayout {
  /** Directory of the server, relative to what Next.js writes: it repeats the component's place in its workspace. */
  readonly directory: string
  readonly server: string
  readonly parts: readonly { readonly from: string; readonly to: string }[]
}

/** Next.js leaves files for browsers out, for whoever serves them from elsewhere: here the server does. */
export function standaloneLayout({ entry }: Service): StandaloneLayout {
  const server = cleanPath(entry).slice(standalone.length + 1)
  const directory = posix.dirname(server)
  return {
    directory,
    server: posix.basename(server),
    parts: [
      { from: standalone, to: "." },
      { from: ".next/static", to: posix.join(directory, ".next/static") },
      { from: "public", to: posix.join(directory, "public") },
    ],
  }
}
