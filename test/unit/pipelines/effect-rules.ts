import ts from "typescript"
import { nodes, parse, place, type Source } from "./sources.ts"

/** Methods of a container after which its next exec sees something that is not part of its cache key. */
const effectMethods = new Set([
  "withMountedSecret",
  "withSecretVariable",
  "withServiceBinding",
  "withUnixSocket",
  "withRegistryAuth",
])

/**
 * Every `.withExec` of a file whose container has a secret, a service or a socket, and those of them that did not come
 * through `effect()`. A container is followed through its chain, through variables and through functions of the file:
 * a chain is what stands left of `.withExec`, and a name in it stands for all that the file assigns or returns to it.
 */
export function effectfulExecs(source: Source): { found: number; broken: string[] } {
  const file = parse(source)
  const execs = nodes(file, ts.isCallExpression).filter((call) => methodOf(call) === "withExec")
  const origins = execs.map((exec) => ({ exec, calls: callsBehind(exec, file) }))
  const effectful = origins.filter(({ calls }) =>
    calls.some((call) => effectMethods.has(methodOf(call) ?? "")),
  )
  const broken = effectful.filter(
    ({ calls }) => !calls.some((call) => call.expression.getText() === "effect"),
  )
  return { found: effectful.length, broken: broken.map(({ exec }) => place(exec)) }
}

/**
 * Execs of a file that did not come through `effect()`, whatever their container has: for where containers are given by
 * others.
 */
export function execsWithoutEffect(source: Source): string[] {
  const file = parse(source)
  const execs = nodes(file, ts.isCallExpression).filter((call) => methodOf(call) === "withExec")
  return execs
    .filter((exec) => !callsBehind(exec, file).some((call) => call.expression.getText() === "effect"))
    .map(place)
}

/** The cache key of a look-up that holds for a day: of programs whose failure is never kept, and of nothing else. */
const heldForADay = "src/call/cached-program.ts"

/** Places that make a nonce of their own, or give `effect()` something else than a nonce. */
export function handMadeNonces(source: Source): string[] {
  if (source.file === "src/toolbox/effect.ts") return []
  const file = parse(source)
  const own = nodes(file, ts.isStringLiteral).filter(({ text }) => text === "SIGNALBOX_NONCE")
  const allowed = ["session.nonce", ...(source.file === heldForADay ? ["session.today"] : [])]
  const constant = nodes(file, ts.isCallExpression).filter(
    (call) => call.expression.getText() === "effect" && !allowed.includes(call.arguments[1]?.getText() ?? ""),
  )
  return [...own, ...constant].map(place)
}

/** Functions that change or read the cluster, or decide a verdict, end through one of these. */
const endings = new Set(["this.end", "this.view", "this.gate", "this.session", "endWithVerdict"])

/** Images follow from their inputs alone, so the engine may cache them. */
const values = "src/surface/images.ts"

/** Functions of a Dagger object that end a call of ours, or decide, without `cache: "never"`. */
export function cachedEndings(source: Source): string[] {
  if (source.file === values) return []
  const methods = nodes(parse(source), ts.isMethodDeclaration)
  return methods
    .filter((method) => {
      const decorator = (ts.getDecorators(method) ?? []).find(({ expression }) =>
        /^func\b/.test(expression.getText()),
      )
      if (decorator === undefined || /cache: "never"/.test(decorator.getText())) return false
      return nodes(method, ts.isCallExpression).some((call) => endings.has(call.expression.getText()))
    })
    .map((method) => `${place(method)} ${method.name.getText()}`)
}

function methodOf(call: ts.CallExpression): string | undefined {
  return ts.isPropertyAccessExpression(call.expression) ? call.expression.name.text : undefined
}

/** All calls that the container left of an exec may have come from. */
function callsBehind(exec: ts.CallExpression, file: ts.SourceFile): ts.CallExpression[] {
  const calls = new Set<ts.CallExpression>()
  const names = new Set<string>()
  const follow = (expression: ts.Node): void => {
    for (const call of nodes(expression, ts.isCallExpression)) calls.add(call)
    for (const { text } of nodes(expression, ts.isIdentifier)) {
      if (names.has(text)) continue
      names.add(text)
      for (const value of valuesOf(text, file)) follow(value)
    }
  }
  follow(ts.isPropertyAccessExpression(exec.expression) ? exec.expression.expression : exec)
  return [...calls]
}

/** What a name may stand for: initialisers of variables, and what functions of that name return. */
function valuesOf(name: string, file: ts.SourceFile): ts.Node[] {
  const variables = nodes(file, ts.isVariableDeclaration).filter((one) => one.name.getText() === name)
  const functions = nodes(file, ts.isFunctionDeclaration).filter((one) => one.name?.text === name)
  return [
    ...variables.flatMap(({ initializer }) => (initializer === undefined ? [] : [initializer])),
    ...functions.flatMap(({ body }) =>
      body === undefined
        ? []
        : nodes(body, ts.isReturnStatement).flatMap(({ expression }) =>
            expression === undefined ? [] : [expression],
          ),
    ),
  ]
}
