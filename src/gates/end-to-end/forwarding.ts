import type { Container } from "@dagger.io/dagger"
import { argumentOf, type Forwarded } from "../../stack/index.ts"
import { program } from "../../toolbox/index.ts"

const place = "/signalbox"

/** A container in which `forwarding` works. */
export function withForwarding(container: Container): Container {
  return container
    .withFile(`${place}/forward.ts`, program("src/stack/forward.ts"))
    .withFile(`${place}/at-localhost.ts`, program("src/gates/end-to-end/at-localhost.ts"))
}

/** A command that finds the services at the ports of its own machine, as on that of a developer. */
export function forwarding(ports: readonly Forwarded[], command: readonly string[]): readonly string[] {
  return ["node", `${place}/at-localhost.ts`, ...ports.map(argumentOf), "--", ...command]
}
