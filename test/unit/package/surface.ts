import { readFileSync } from "node:fs"
import ts from "typescript"

/** Arguments by `Object.function`; those that may be left out end with `?`. */
export type Surface = Readonly<Record<string, readonly string[]>>

/** The functions that the decorators of these files give to `dagger call`, and the constructors' arguments. */
export function surfaceOf(paths: readonly string[]): Surface {
  return Object.fromEntries(
    paths.flatMap((path) => {
      const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true)
      return file.statements.flatMap((statement) =>
        ts.isClassDeclaration(statement) ? functionsOf(statement, file) : [],
      )
    }),
  )
}

function functionsOf(object: ts.ClassDeclaration, file: ts.SourceFile): [string, string[]][] {
  return object.members.flatMap((member): [string, string[]][] => {
    const name = `${object.name?.text}.`
    if (ts.isConstructorDeclaration(member)) return [[`${name}constructor`, argumentsOf(member, file)]]
    if (!ts.isMethodDeclaration(member)) return []
    const decorators = ts.getDecorators(member) ?? []
    const isFunction = decorators.some((one) => one.getText(file).startsWith("@func("))
    return isFunction ? [[name + member.name.getText(file), argumentsOf(member, file)]] : []
  })
}

function argumentsOf({ parameters }: ts.SignatureDeclarationBase, file: ts.SourceFile): string[] {
  return parameters.map((one) => {
    const optional = one.questionToken !== undefined || one.initializer !== undefined
    return `${one.name.getText(file)}${optional ? "?" : ""}`
  })
}
