/** A check's command that left nothing to judge: what ran, how it ended, what it said, and what to do. */
import { type Container, type Directory, dag, ExecError } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { parseConfig } from "../../../src/config/index.ts"
import { componentNamed } from "../../../src/config/lookup.ts"
import { findingFormats } from "../../../src/domain/index.ts"
import { settle } from "../../../src/gates/engine/exec.ts"
import { reportOf } from "../../../src/gates/engine/run-check.ts"
import type { CheckRun, ToolOutcome } from "../../../src/gates/gate.ts"
import { gate as lint } from "../../../src/gates/lint/gate.ts"
import { gate as typecheck } from "../../../src/gates/typecheck/gate.ts"
import { gate as unit } from "../../../src/gates/unit/gate.ts"
import type { Check } from "../../../src/languages/index.ts"
import { checksOf } from "../../../src/languages/node/checks.ts"
import { npm } from "../../../src/languages/node/managers/npm.ts"
import { minimalConfig } from "../config/texts.ts"
import { recorded } from "./recorded.ts"

const config = parseConfig(minimalConfig, "signalbox.yaml")
const about = {
  name: "web",
  component: componentNamed(config, "web"),
  manifest: "web/package.json",
  place: "web",
  tools: [],
}
const named = { typecheck: "typecheck", lint: "lint", coverage: "coverage" }

/** The check that a component with this script has, and these packages installed. */
function checkBy(
  name: keyof ReturnType<typeof checksOf>,
  script: string,
  installed: Readonly<Record<string, string>> = {},
): Check {
  const found = checksOf(
    {
      ...{ names: ["package.json"], keys: [], scripts: { [name === "unit" ? "test" : name]: script } },
      ...{ choosesFiles: false, node: "v24.9.0", version: (of) => installed[of], manager: npm },
    },
    named,
  )[name]
  if (!("command" in found)) throw new Error(JSON.stringify(found))
  return found
}

const nothing = { glob: async () => [] } as unknown as Directory
const ended = (exitCode: number, files: Readonly<Record<string, string>>): ToolOutcome => ({
  ...{ finished: true, exitCode, files, out: nothing },
})

/** A command that wrote no report. */
async function withoutReport(check: Check, outcome: ToolOutcome): Promise<CheckRun> {
  return reportOf({ outcome, component: nothing, workdir: "/app" }, check)
}

const errorsOf = (gate: typeof lint, run: CheckRun) =>
  gate.decide(gate.read([{ ...about, run }]), config, undefined).errors

const withReport = (check: Check, exitCode: number, files: Readonly<Record<string, string>>): CheckRun => ({
  ...{ check, workdir: "/app", report: [files[check.report.path] ?? ""] },
  outcome: { finished: true, exitCode, files, out: dag.directory() },
})

describe("a script that runs something else than the tool whose arguments it gets", () => {
  const biome = checkBy("lint", "biome check .")
  const said = recorded("biome/as-eslint.stderr.txt")

  test("P01 is named, with its exit code, its last lines and what to do", async () => {
    const run = await withoutReport(biome, ended(1, { "stdout.txt": "", "stderr.txt": said }))
    expect(errorsOf(lint, run)).toEqual([
      'web: the script "lint" (biome check .) ended with 1 and did not write eslint.json: ' +
        "Error: no such flag: `--no-fix`, did you mean `--fix`?; it gets the arguments of eslint, which it does not name: " +
        "declare what it runs and what that writes, components.web.checks.lint: { command: […], report: { format: " +
        `${findingFormats.join(" | ")} } }, or switch it off, components.web.checks.lint: { off: REASON }`,
    ])
  })

  test("P01 is not eslint in the evidence, where eslint is not installed", () => {
    expect(biome.tool).toMatchObject({ name: "biome", version: "unknown", script: "npm run lint" })
    expect(biome.tool).not.toHaveProperty("package")
    expect(checkBy("lint", "next lint", { eslint: "9.1.0" }).tool).toMatchObject({ name: "eslint" })
  })

  test("P01 is named where it ends with a code that is no judgement, however much it says", async () => {
    const lines = Array.from({ length: 25 }, (_, index) => `line ${index}`)
    const stderr = `npm run --silent lint -- --no-fix ended with exit code 2\n${lines.join("\n")}\n`
    const failed = new ExecError("failed", {
      ...{ cmd: ["node"], exitCode: 1, stdout: "", stderr },
      cause: undefined as never,
    })
    const container = { sync: async () => Promise.reject(failed) } as unknown as Container
    const outcome = await settle(container, [])
    const [error = ""] = errorsOf(lint, { check: biome, outcome, report: [], workdir: "/app" })
    expect(error).toMatch(
      /^web: the script "lint" \(biome check \.\) ended with exit code 2: line 17 \| .* \| line 24; it gets the arguments of eslint/,
    )
  })

  test("sibling of P01: a compiler's script that prints no list of files", () => {
    const check = checkBy("typecheck", "svelte-check", { typescript: "5.9.3" })
    const run = withReport(check, 1, { "stdout.txt": "", "stderr.txt": "unknown option --listFiles\n" })
    expect(errorsOf(typecheck, run)).toEqual([
      expect.stringMatching(
        /^web: the script "typecheck" \(svelte-check\) looked at no file: unknown option --listFiles; it gets the arguments of tsc, .*components\.web\.checks\.typecheck/,
      ),
    ])
  })

  test("sibling of P01: a report that is not the tool's", () => {
    const run = withReport(checkBy("lint", "standard"), 1, {
      "eslint.json": "",
      "stderr.txt": "standard: 3 errors",
    })
    expect(errorsOf(lint, run)).toEqual([
      expect.stringMatching(
        /^web: the script "lint" \(standard\) ended with 1; OUTPUT_UNREADABLE.*: standard: 3 errors; it gets the arguments of eslint/s,
      ),
    ])
  })
})

describe("a script that does run the tool", () => {
  test("sibling of P01: tests that fail without a failed test are those of the script", () => {
    const check = checkBy("unit", "vitest run", { vitest: "5.1.0" })
    const run = withReport(check, 1, {
      "vitest.json": recorded("vitest/pass.json"),
      "stderr.txt": "Unhandled",
    })
    expect(unit.decide(unit.read([{ ...about, run }]), config, undefined).errors).toEqual([
      expect.stringMatching(
        /^web: the script "test" \(vitest run\) ended with 1 though no test failed.*: Unhandled$/,
      ),
    ])
  })

  test("sibling of P01: is to be run by hand, and a declared command to be corrected", async () => {
    const eslint = checkBy("lint", "eslint .", { eslint: "9.1.0" })
    expect(errorsOf(lint, await withoutReport(eslint, ended(1, { "stderr.txt": "Oops" })))).toEqual([
      'web: the script "lint" (eslint .) ended with 1 and did not write eslint.json: Oops; run it by hand: npm run lint',
    ])
    const declared: Check = {
      ...eslint,
      tool: { name: "ruff", version: "declared", script: "ruff check --output-format sarif ." },
    }
    expect(errorsOf(lint, await withoutReport(declared, ended(1, { "stderr.txt": "Oops" })))).toEqual([
      "web: ruff check --output-format sarif . ended with 1 and did not write eslint.json: Oops; correct its command, judged or report: components.web.checks.lint",
    ])
  })
})
