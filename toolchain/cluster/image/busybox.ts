import type { Content, Recipe } from "../../images/recipe.ts"
import { versions } from "../../versions.ts"
import { clusterDebian } from "./debian.ts"

const links = [
  ...["sh", "cat", "chmod", "cp", "date", "echo", "env", "false", "grep", "head", "hostname", "httpd", "id"],
  ...["ls", "mkdir", "mv", "nc", "nslookup", "printf", "ps", "rm", "sed", "sleep", "tail", "test", "touch"],
  ...["true", "wc", "wget"],
]

/** busybox with the library that it is linked to: its static build cannot look up names without a distribution. */
export const busyboxContent: readonly Content[] = [
  { from: clusterDebian.name, collect: { programs: ["/bin/busybox"] } },
  ...links.map((name) => ({ symlink: `usr/bin/${name}`, target: "busybox" })),
  { directory: "tmp", mode: 0o1777 },
]

/** The smallest thing that can be run: pods of tests and of a first try. */
export const busybox: Recipe = {
  name: "busybox",
  version: versions.debian,
  description: "One program that is a shell and the usual commands",
  source: "https://busybox.net",
  licenses: "GPL-2.0-only",
  content: busyboxContent,
  env: { PATH: "/usr/bin" },
  command: ["sh"],
}
