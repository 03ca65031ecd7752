/** What a real SonarQube has answered, as `npm run gates:sonar -- --record` wrote it down: test/recorded/sonarqube. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"

const place = join(import.meta.dirname, "..", "..", "..", "recorded", "sonarqube")

export const scannerLog = (about: string): string => readFileSync(join(place, `${about}.scanner.txt`), "utf8")

/** Answers by path, the last one of each: what a server said once it was done. @param state only answers that say it */
export type Recorded = ReadonlyMap<string, { readonly status: number; readonly text: string }>

export function answersOf(about: string, state = ""): Recorded {
  const found = readdirSync(place)
    .flatMap((file) => {
      const [, of, path, status, number = "1"] =
        /^([\w-]+)\.(api_\w+)\.(\d{3})(?:\.(\d+))?\.json$/.exec(file) ?? []
      return of === about && path !== undefined
        ? [{ file, path, status: Number(status), number: Number(number) }]
        : []
    })
    .filter(({ file }) => readFileSync(join(place, file), "utf8").includes(state))
    .sort((a, b) => a.number - b.number)
  return new Map(
    found.map(({ file, path, status }) => [
      path.replace("_", "/").replace("_", "/"),
      { status, text: readFileSync(join(place, file), "utf8") },
    ]),
  )
}

/** Stands for the network: answers as it was recorded. */
export function replaying(answers: Recorded): typeof fetch {
  return async (input) => {
    const path = new URL(String(input)).pathname.slice(1)
    const { status, text } = answers.get(path) ?? { status: 404, text: "" }
    return new Response(text, { status })
  }
}

/** The task that an answer is about. */
export const taskIn = (answers: Recorded): string =>
  /"id":"([^"]+)"/.exec(answers.get("api/ce/task")?.text ?? "")?.[1] ?? ""

/** What a broken server, proxy or network may make of an answer, at one place of it. */
const mutations: Readonly<Record<string, (text: string, at: number, size: number) => string>> = {
  "cut off": (text, at) => text.slice(0, at),
  "a piece is missing": (text, at, size) => text.slice(0, at) + text.slice(at + size),
  "a piece is there twice": (text, at, size) => text.slice(0, at + size) + text.slice(at),
  "a character is another": (text, at, size) =>
    text.slice(0, at) + String.fromCharCode(32 + (size % 95)) + text.slice(at + 1),
  "a member or an element is missing": (text, at) => withoutPart(text, at),
}

interface Mutation {
  readonly how: string
  readonly at: number
  readonly size: number
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  how: fc.constantFrom(...Object.keys(mutations)),
  at: fc.nat({ max: 100_000 }),
  size: fc.nat({ max: 100_000 }),
})

/** Answers of which one is damaged. */
export function mutated(answers: Recorded, path: string, { how, at, size }: Mutation): Recorded {
  const answer = answers.get(path)
  const change = mutations[how]
  if (answer === undefined || change === undefined) throw new Error(`${path} was not recorded`)
  const text = change(answer.text, at % answer.text.length, 1 + (size % 400))
  return new Map([...answers, [path, { ...answer, text }]])
}

/** JSON without one of its members or elements, counted from the inside. */
function withoutPart(text: string, at: number): string {
  const chosen = at % ([...text.matchAll(/[,{[]/g)].length || 1)
  const gone = Symbol("gone")
  let count = 0
  const left: unknown = JSON.parse(text, function (this: unknown, _, value: unknown) {
    if (count++ === chosen) return Array.isArray(this) ? gone : undefined
    return Array.isArray(value) ? value.filter((one) => one !== gone) : value
  })
  return JSON.stringify(left ?? null)
}
