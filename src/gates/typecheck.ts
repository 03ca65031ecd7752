import { lockedVersion, perComponent, runScript } from "./components.ts"
import type { Gate } from "./context.ts"
import { judgeTsc } from "./judge/typecheck.ts"
import { readTsc } from "./readers/tsc.ts"

/** tsc over each component. 0 is clean, 1 and 2 are errors in the code or in the project. */
export const typecheck: Gate = {
  name: "typecheck",
  run: (context) =>
    perComponent(
      context,
      { name: "tsc", version: (component) => lockedVersion(context, component, "typescript") },
      // --listFiles: a compiler that looked at nothing is silent in the same way as one that found nothing.
      (_, component) =>
        runScript(
          context,
          component,
          component.scripts.typecheck,
          ["--pretty", "false", "--listFiles"],
          [0, 1, 2],
          [],
        ),
      (named, _, ran) => judgeTsc(named.name, readTsc(ran.files["stdout.txt"] ?? "", named), ran.exitCode),
    ),
}
