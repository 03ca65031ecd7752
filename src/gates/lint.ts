import { lockedVersion, perComponent, runScript } from "./components.ts"
import type { Gate } from "./context.ts"
import { outDirectory } from "./exec.ts"
import { judgeEslint } from "./judge/lint.ts"
import { readEslint } from "./readers/eslint.ts"

const report = "eslint.json"

/** ESLint over each component. 0 is clean, 1 is findings; 2 is a crash or nothing to look at. */
export const lint: Gate = {
  name: "lint",
  run: (context) =>
    perComponent(
      context,
      { name: "eslint", version: (component) => lockedVersion(context, component, "eslint") },
      (_, component) =>
        runScript(
          context,
          component,
          component.scripts.lint,
          ["--format", "json", "--output-file", `${outDirectory}/${report}`],
          [0, 1],
          [report],
        ),
      (named, _, ran) => judgeEslint(named.name, readEslint(ran.files[report], named), ran.exitCode),
    ),
}
