import type { Container } from "@dagger.io/dagger"

/** Health checks as argument arrays: port and path are data, never part of a program's text. */

const nodeProbe =
  "fetch('http://127.0.0.1:'+process.argv[1]+process.argv[2],{signal:AbortSignal.timeout(2500)})" +
  ".then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"

/** For images that have Node. */
export function nodeHealthcheck(port: number, path: string): string[] {
  return ["node", "-e", nodeProbe, String(port), path]
}

/**
 * Programs that can send an HTTP request, with the arguments that silence them. wget has no time limit but the health
 * check's: busybox's wget of Debian 12 (1.35.0-4+deb12u1+b1) crashes with SIGSEGV on `-T`.
 */
const probes: readonly { readonly program: string; readonly args: readonly string[] }[] = [
  { program: "/usr/bin/curl", args: ["-fsS", "-o", "/dev/null", "--max-time", "3"] },
  { program: "/usr/bin/wget", args: ["-q", "-O", "/dev/null"] },
]

/**
 * For images without Node: the first of these programs that the base image has. Undefined for an image with none of
 * them, such as one with nginx alone; there the orchestrator's probes from outside are the health check.
 */
export async function staticHealthcheck(
  image: Container,
  port: number,
  path: string,
): Promise<string[] | undefined> {
  for (const { program, args } of probes)
    if (await image.exists(program)) return [program, ...args, `http://127.0.0.1:${port}${path}`]
  return undefined
}
