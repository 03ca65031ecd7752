import type { ClusterPins } from "../domain/index.ts"
import { comment, line, scalar } from "./yaml-line.ts"

export interface EnvironmentFile {
  readonly name: string
  readonly project: string
  /** Component that smoke and load tests reach, and why this one. */
  readonly access: { readonly component: string; readonly because: string }
  /** Environment that releases come from; a protected one takes them from nowhere else. Absent: it is the first. */
  readonly promotesFrom?: string | undefined
  readonly isProtected: boolean
  readonly pins?: ClusterPins | undefined
}

/** Longest name of a namespace, and of a Helm release. */
const longest = { namespace: 63, release: 53 } as const

/** The text of `environments/NAME.yaml`. */
export function environmentFile({
  name,
  project,
  access,
  promotesFrom,
  isProtected,
  pins,
}: EnvironmentFile): string {
  return [
    comment(
      isProtected
        ? `${name}: takes only what ${promotesFrom ?? "another environment"} has verified, after somebody approved the plan by its hash.`
        : `${name}: written by init; a key that is not here has its default.`,
    ),
    line("schemaVersion", 1),
    line("name", name),
    line("namespace", cut(`${project}-${name}`, longest.namespace), "of this environment alone"),
    line("release", cut(project, longest.release), "the Helm release"),
    ...(isProtected ? [line("protected", true)] : []),
    ...(promotesFrom === undefined ? [] : [line("promotesFrom", promotesFrom)]),
    `access: { kind: service-proxy, component: ${scalar(access.component)} } # through the API server; ${access.because}`,
    ...pinLines(pins),
    "",
  ].join("\n")
}

function pinLines(pins: ClusterPins | undefined): readonly string[] {
  if (pins === undefined)
    return [
      comment(
        "cluster: { server, caFingerprint } would refuse the kubeconfig of another cluster: init --kubeconfig env://NAME tells them",
      ),
    ]
  return [
    "cluster: # as the kubeconfig has it; that of another cluster is refused",
    `  ${line("server", pins.server)}`,
    pins.caFingerprint === undefined
      ? `  ${comment("caFingerprint: the kubeconfig trusts several authorities; name the one that signs the server's certificate")}`
      : `  ${line("caFingerprint", pins.caFingerprint)}`,
  ]
}

function cut(name: string, most: number): string {
  return name.slice(0, most).replace(/-+$/, "")
}
