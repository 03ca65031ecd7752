/** Who starts programs beside the cluster's credential, and as whom. */

import ts from "typescript"
import { expect, test } from "vitest"
import { nodes, parse, sources } from "../pipelines/sources.ts"

const all = await sources(["src/deploy", "src/verify", "src/evidence", "src/chart"])

test("V06 one place starts programs, and one place knows the user of the tests", () => {
  const having = (text: RegExp) => all.filter((source) => text.test(source.text)).map(({ file }) => file)
  expect(having(/node:child_process/)).toEqual(["src/deploy/process/children.ts"])
  expect(having(/\b(uid|gid): \d|setuid|seteuid|setpriv/)).toEqual(["src/deploy/process/tests-user.ts"])
})

test("V06 of the programs that are run, all but our own tools run as the tests' user", () => {
  const runs = all.flatMap((source) =>
    nodes(parse(source), ts.isCallExpression).flatMap((call) => {
      const [program, , options] = call.arguments
      const name = ts.isPropertyAccessExpression(call.expression) ? call.expression.name.text : ""
      if (!/^(run|start)$/.test(name) || program === undefined || !ts.isStringLiteral(program)) return []
      return [[program.text, /\bas: "tests"/.test(options?.getText() ?? "")] as const]
    }),
  )
  const byProgram = Object.fromEntries(runs)
  expect(byProgram).toEqual({ helm: false, kubectl: false, k6: true })
  expect(runs.filter(([program, asTests]) => byProgram[program] !== asTests)).toEqual([])
})
