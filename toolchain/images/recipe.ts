import type { RunSettings } from "./oci/index.ts"
import type { Collection } from "./rootfs/index.ts"

/** Where a part of an image comes from. */
export type Content =
  /** A whole Debian set. */
  | { readonly debian: string }
  /** Programs, their libraries and files out of a Debian set. */
  | {
      readonly collect: Collection
      readonly from: string
      /** Collected files that get another path: a program of many names keeps only the one that is needed. */
      readonly as?: Readonly<Record<string, string>>
    }
  /** One file of a step's output. */
  | { readonly step: string; readonly file: string; readonly to: string; readonly mode?: number }
  /** A directory of a step's output; all of it belongs to root. */
  | { readonly step: string; readonly directory: string; readonly to: string }
  /** A text, or a file of this repository. */
  | { readonly path: string; readonly text: string; readonly mode?: number }
  | { readonly path: string; readonly copyOf: string; readonly mode?: number }
  | { readonly directory: string; readonly mode?: number; readonly owner?: number }
  | { readonly symlink: string; readonly target: string }
  /** /etc/passwd, /etc/group and /etc/nsswitch.conf for an image without a distribution. */
  | { readonly users: readonly User[] }
  /** Adds users to the /etc/passwd and /etc/group of a Debian set in the same image. */
  | { readonly addUsers: readonly User[]; readonly to: string }

export interface User {
  readonly name: string
  /** Also the id of a group of the same name. */
  readonly id: number
  readonly home: string
}

/** An image of the toolchain: what it is, what is in it, how it starts. */
export interface Recipe extends RunSettings {
  /** Repository below `signalbox/`. */
  readonly name: string
  /** Version of the software, and tag of the image. */
  readonly version: string
  readonly description: string
  /** Where the software's source is published. */
  readonly source: string
  /** SPDX expression. */
  readonly licenses: string
  /** Processor that it is for. Default: this machine's. */
  readonly architecture?: "amd64" | "arm64"
  /** Name of the recipe below. Default: nothing. */
  readonly base?: string
  readonly content: readonly Content[]
  /** Default: 6. Large images that never leave the machine are better off with 1. */
  readonly compression?: number
}
