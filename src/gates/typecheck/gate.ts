import { componentGate } from "../engine/component-gate.ts"
import { runScript } from "../engine/components.ts"
import { missingScript } from "../engine/scripts.ts"
import { judgeTsc } from "./decide.ts"
import { readTsc } from "./read.ts"

/** tsc over each component. 0 is clean, 1 and 2 are errors in the code or in the project. */
export const gate = componentGate({
  tool: { name: "tsc", package: "typescript" },
  missing({ scripts }, files) {
    if (files.entries.includes("tsconfig.json")) return undefined
    const why = missingScript(files, scripts.typecheck, "typecheck")
    return why === undefined ? undefined : `no tsconfig.json, and ${why}`
  },
  // --listFiles: a compiler that looked at nothing is silent in the same way as one that found nothing.
  run: (context, component) =>
    runScript(
      context,
      component,
      component.scripts.typecheck,
      ["--pretty", "false", "--listFiles"],
      [0, 1, 2],
      [],
    ),
  read: (ran, named) => readTsc(ran.files["stdout.txt"] ?? "", named),
  decide: (result, name, exitCode) => judgeTsc(name, result, exitCode),
})
