import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import ts from "typescript"

/** A file with one of these declares something that the engine may have to know. */
const decorated = /@(object|enumType)\s*\(/
const source = /\.m?ts$/
const notSource = /\.(d|test|spec)\.m?ts$/

export interface SchemaSources {
  /** Files with decorated classes. */
  readonly entries: readonly string[]
  /** These and what they need, in the introspector's order. */
  readonly files: readonly string[]
}

/**
 * The files under `directory` that decide a module's schema, in the order in which the official introspector reads
 * them: those with a decorated class, and those that declare a type which an exported signature names. Parsing only
 * these, instead of every file and every package they import, is what makes a large module load like a small one.
 */
export function schemaSources(directory: string): SchemaSources {
  const all = sourceFiles(directory)
  const entries: string[] = []
  const wanted = new Set<string>()
  const follow = (file: string, text: string): void => {
    if (wanted.has(file)) return
    wanted.add(file)
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, false)
    for (const next of neededImports(tree)) {
      const target = resolveSource(file, next, all)
      if (target) follow(target, readFileSync(target, "utf8"))
    }
  }
  for (const file of all) {
    const text = readFileSync(file, "utf8")
    if (!decorated.test(text)) continue
    entries.push(file)
    follow(file, text)
  }
  return { entries, files: [...all].filter((file) => wanted.has(file)) }
}

/** TypeScript sources below a directory, without declarations and tests; the introspector's order is last first. */
function sourceFiles(directory: string): Set<string> {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" })
  return new Set(
    names
      .filter((name) => source.test(name) && !notSource.test(name) && !name.includes("node_modules/"))
      .sort()
      .reverse()
      .map((name) => join(directory, name)),
  )
}

/** The file that a relative import means, if it is one of the module's sources. */
export function resolveSource(from: string, specifier: string, all: ReadonlySet<string>): string | undefined {
  if (!specifier.startsWith(".")) return undefined
  const path = join(dirname(from), specifier)
  const stem = path.replace(/\.(m?)[jt]s$/, ".$1ts")
  return [stem, `${path}.ts`, `${path}.mts`, join(path, "index.ts")].find((file) => all.has(file))
}

/** Imports and re-exports whose names appear where the schema is decided. */
function neededImports(tree: ts.SourceFile): string[] {
  const names = schemaNames(tree)
  const found: string[] = []
  for (const statement of tree.statements) {
    if (
      ts.isExportDeclaration(statement) &&
      statement.moduleSpecifier &&
      ts.isStringLiteral(statement.moduleSpecifier)
    )
      found.push(statement.moduleSpecifier.text)
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    if (names === "all" || importedNames(statement).some((name) => names.has(name)))
      found.push(statement.moduleSpecifier.text)
  }
  return found
}

function importedNames({ importClause: clause }: ts.ImportDeclaration): string[] {
  if (!clause) return []
  const names = clause.name ? [clause.name.text] : []
  if (!clause.namedBindings) return names
  if (ts.isNamespaceImport(clause.namedBindings)) return [...names, clause.namedBindings.name.text]
  return [...names, ...clause.namedBindings.elements.map((element) => element.name.text)]
}

/**
 * Identifiers in types, default values and decorators, outside function bodies. A decorated class with a member
 * whose type is left to inference needs everything: only the whole program knows that type.
 */
function schemaNames(tree: ts.SourceFile): ReadonlySet<string> | "all" {
  const names = new Set<string>()
  let inferred = false
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node)) return
    if (ts.isMethodDeclaration(node) && !ts.getDecorators(node)?.length) return
    if (ts.isIdentifier(node)) names.add(node.text)
    ts.forEachChild(node, visit)
  }
  for (const statement of tree.statements) {
    if (ts.isClassDeclaration(statement)) {
      if (!ts.getDecorators(statement)?.length) continue
      inferred ||= statement.members.some(isInferred)
      visit(statement)
    } else if (!ts.isImportDeclaration(statement) && !ts.isFunctionDeclaration(statement)) {
      visit(statement)
    }
  }
  return inferred ? "all" : names
}

function isInferred(member: ts.ClassElement): boolean {
  if (ts.isPropertyDeclaration(member)) return member.type === undefined
  if (ts.isMethodDeclaration(member)) {
    if (!ts.getDecorators(member)?.length) return false
    return member.type === undefined || member.parameters.some(isInferredParameter)
  }
  return ts.isConstructorDeclaration(member) && member.parameters.some(isInferredParameter)
}

function isInferredParameter({ type, initializer }: ts.ParameterDeclaration): boolean {
  if (type || !initializer) return type === undefined
  const { kind } = initializer
  return (
    !ts.isLiteralExpression(initializer) &&
    kind !== ts.SyntaxKind.TrueKeyword &&
    kind !== ts.SyntaxKind.FalseKeyword
  )
}
