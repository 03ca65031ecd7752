import { toolStepId } from "../../tools/index.ts"
import type { Content, Recipe, User } from "../recipe.ts"

/** The user that applications run as. */
export const app: User = { name: "app", id: 1001, home: "/home/app" }
const nonroot: User = { name: "nonroot", id: 65532, home: "/tmp" }

export const caBundle = "/etc/ssl/certs/ca-certificates.crt"
/** The set that all images without a distribution take Debian's files from. */
export const donorSet = "donor"
export const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/** What any program expects of a file system: users, certificate authorities, a place for temporary files. */
export const ground = (users: readonly User[]): readonly Content[] => [
  { users },
  // Scanners tell Debian by its version file. dpkg does not list the bundle, which its package makes when installed.
  {
    from: donorSet,
    collect: {
      programs: [],
      files: [caBundle, "/etc/os-release", "/etc/debian_version"],
      packages: ["ca-certificates"],
    },
  },
  { directory: "tmp", mode: 0o1777 },
]

type ToolRecipe = Pick<Recipe, "name" | "version" | "description" | "source" | "licenses"> & {
  /** Step with the binary. Default: `tool-<name>`. */
  readonly step?: string
  readonly env?: Readonly<Record<string, string>>
  readonly content?: readonly Content[]
}

/** An image with one static program, which runs as nobody in particular. */
export function toolImage({ step, content = [], env, ...about }: ToolRecipe): Recipe {
  return {
    ...about,
    content: [
      ...ground([nonroot]),
      ...content,
      {
        step: step ?? toolStepId(about.name),
        file: about.name,
        to: `usr/local/bin/${about.name}`,
        mode: 0o755,
      },
    ],
    env: { PATH: searchPath, HOME: nonroot.home, SSL_CERT_FILE: caBundle, ...env },
    user: `${nonroot.id}:${nonroot.id}`,
    entrypoint: [`/usr/local/bin/${about.name}`],
    workingDirectory: "/tmp",
  }
}
