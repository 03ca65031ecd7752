import ts from "typescript"
import { nodes, parse, place, type Source } from "./sources.ts"

/** The one place that takes a part of a tree by patterns, and the one that takes a single file, where there is one. */
const doors = ["src/toolbox/inputs.ts", "src/toolbox/default-file.ts"]

/** Options of the engine that leave out a part of a tree, and after which it is known by all of it. */
const narrowing = new Set(["include", "exclude", "gitignore"])

/** Methods that take such options, and at which argument. */
const optionsAt: Readonly<Record<string, number>> = { filter: 0, withDirectory: 2 }

/**
 * Places outside the door that take a part of a tree by patterns. Options are followed into variables of the file; what
 * cannot be followed counts, unless it is a function, as the `filter` of a list has.
 */
export function narrowings(source: Source): { seen: number; broken: string[] } {
  const file = parse(source)
  const calls = nodes(file, ts.isCallExpression).filter((call) => {
    if (!ts.isPropertyAccessExpression(call.expression)) return false
    const options = call.arguments[optionsAt[call.expression.name.text] ?? Number.NaN]
    return options !== undefined && narrows(options, file)
  })
  return { seen: calls.length, broken: doors.includes(source.file) ? [] : calls.map(place) }
}

function narrows(options: ts.Expression, file: ts.SourceFile): boolean {
  if (ts.isObjectLiteralExpression(options))
    return options.properties.some((property) =>
      ts.isSpreadAssignment(property)
        ? narrows(property.expression, file)
        : property.name !== undefined && narrowing.has(property.name.getText().replaceAll(/["']/g, "")),
    )
  if (ts.isParenthesizedExpression(options)) return narrows(options.expression, file)
  if (ts.isConditionalExpression(options))
    return narrows(options.whenTrue, file) || narrows(options.whenFalse, file)
  if (!ts.isIdentifier(options)) return false
  return nodes(file, ts.isVariableDeclaration).some(
    ({ name, initializer }) =>
      name.getText() === options.text && initializer !== undefined && narrows(initializer, file),
  )
}
