import type { Recipe } from "../../images/recipe.ts"
import { versions } from "../../versions.ts"
import { clusterDebian } from "./debian.ts"

const links = ["sh", "sleep", "cat", "echo", "httpd", "ls", "nslookup", "test", "true", "wget"] as const

/** The smallest thing that can be run: pods of tests and of a first try. */
export const busybox: Recipe = {
  name: "busybox",
  version: versions.debian,
  description: "One static program that is a shell and the usual commands",
  source: "https://busybox.net",
  licenses: "GPL-2.0-only",
  content: [
    { from: clusterDebian.name, collect: { programs: [], files: ["/bin/busybox"] } },
    ...links.map((name) => ({ symlink: `usr/bin/${name}`, target: "busybox" })),
    { directory: "tmp", mode: 0o1777 },
  ],
  env: { PATH: "/usr/bin:/bin" },
  command: ["sh"],
}
