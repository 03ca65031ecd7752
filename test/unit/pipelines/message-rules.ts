import ts from "typescript"
import { errorCodes } from "../../../src/domain/index.ts"
import { nodes, parse, place, type Source } from "./sources.ts"

/** A text of the sources with the place where it stands. */
export interface Said {
  readonly place: string
  readonly text: string
}

/** Arguments of the module, as a call writes them: the constructor's parameters. */
export function moduleArguments(index: Source): readonly string[] {
  return nodes(parse(index), ts.isConstructorDeclaration)
    .flatMap(({ parameters }) => parameters.map(({ name }) => name.getText()))
    .map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
}

/** Headings of errors that are written by hand: nothing holds them to the exit code that the call ends with. */
export function writtenHeadings(source: Source): readonly Said[] {
  const heading = `(?:${Object.keys(errorCodes).join("|")}): `
  // Most files have none: only the others are parsed.
  if (!new RegExp(`["'\`]${heading}`).test(source.text)) return []
  return texts(source).filter(({ text }) => new RegExp(`^${heading}`).test(text))
}

/** Texts that tell a person to add arguments of the module, and do not show where they stand. */
export function placelessArguments(source: Source, names: readonly string[]): readonly Said[] {
  const told = new RegExp(`\\b(?:add|call|calls|name|pass|with)\\b.*(?:${names.join("|")})(?![\\w-])`, "s")
  if (!told.test(source.text)) return []
  return texts(source).filter(({ text }) => told.test(text) && !text.startsWith("dagger call "))
}

/** String literals and templates, without what `callWith` shows. */
function texts(source: Source): readonly Said[] {
  const file = parse(source)
  const isText = (node: ts.Node): node is ts.StringLiteral | ts.TemplateLiteral =>
    ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)
  return nodes(file, isText)
    .filter((node) => !isShown(node))
    .map((node) => {
      const shown = nodes(node, isCallWith).map((call) => call.getText())
      const text = shown.reduce((all, call) => all.replace(call, ""), node.getText().slice(1, -1))
      return { place: place(node), text }
    })
}

function isCallWith(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.getText() === "callWith"
}

function isShown(node: ts.Node): boolean {
  return isCallWith(node) || (node.parent !== undefined && isShown(node.parent))
}
