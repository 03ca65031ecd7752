import { componentGate } from "../engine/component-gate.ts"
import { runScript } from "../engine/components.ts"
import { outDirectory } from "../engine/exec.ts"
import { missingScript } from "../engine/scripts.ts"
import { judgeEslint } from "./decide.ts"
import { readEslint } from "./read.ts"

const report = "eslint.json"

/** By these a component has chosen ESLint, also where its script got lost. */
const settings = /^(eslint\.config\.[cm]?[jt]s|\.eslintrc(\..+)?)$/

/** ESLint over each component. 0 is clean, 1 is findings; 2 is a crash or nothing to look at. */
export const gate = componentGate({
  tool: { name: "eslint", package: "eslint" },
  missing({ scripts }, files) {
    if (files.entries.some((name) => settings.test(name)) || files.keys.includes("eslintConfig"))
      return undefined
    const why = missingScript(files, scripts.lint, "lint")
    return why === undefined ? undefined : `${why}, and no settings of ESLint`
  },
  run: (context, component) =>
    runScript(
      context,
      component,
      component.scripts.lint,
      ["--format", "json", "--output-file", `${outDirectory}/${report}`],
      [0, 1],
      [report],
    ),
  read: (ran, named) => readEslint(ran.files[report], named),
  decide: (result, name, exitCode) => judgeEslint(name, result, exitCode),
})
