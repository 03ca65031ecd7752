/**
 * What tools write of a repository that nobody has looked after: of five findings three are of ESLint, one is of a tool that
 * writes SARIF, one is a test that failed.
 */

/** Places of what is written, in the container that the tools ran in. */
export const workdir = "/src"

const findingsOfAFile = 50
const rules = ["no-unused-vars", "eqeqeq", "no-console", "prefer-const", "complexity", "no-shadow"]

export interface Outputs {
  readonly eslint: string
  readonly sarif: string
  readonly junit: string
}

/** @param size findings in all of them. */
export function outputsOf(size: number): Outputs {
  const sarif = Math.floor(size / 5)
  const junit = Math.floor(size / 5)
  return { eslint: eslintOf(size - sarif - junit), sarif: sarifOf(sarif), junit: junitOf(junit) }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const fileOf = (index: number, directory: string): string =>
  `${directory}/part${Math.floor(index / findingsOfAFile) % 97}/file${Math.floor(index / findingsOfAFile)}.ts`
const lineOf = (index: number): number => (index % findingsOfAFile) * 7 + 1
const ruleOf = (index: number): string => rules[index % rules.length] ?? "eqeqeq"

function eslintOf(count: number): string {
  const files = numbers(Math.ceil(count / findingsOfAFile)).map((file) => {
    const first = file * findingsOfAFile
    const messages = numbers(Math.min(findingsOfAFile, count - first)).map((index) => ({
      ruleId: ruleOf(first + index),
      severity: index % 3 === 0 ? 1 : 2,
      message: `'value${first + index}' is assigned a value but never used.`,
      line: lineOf(index),
      column: 9,
      nodeType: null,
      endLine: lineOf(index),
      endColumn: 17,
    }))
    const errorCount = messages.filter(({ severity }) => severity === 2).length
    return {
      filePath: `${workdir}/${fileOf(first, "src")}`,
      ...{ messages, suppressedMessages: [], errorCount, fatalErrorCount: 0 },
      warningCount: messages.length - errorCount,
    }
  })
  return JSON.stringify(files)
}

function sarifOf(count: number): string {
  const results = numbers(count).map((index) => ({
    ruleId: `security/${ruleOf(index)}`,
    level: index % 4 === 0 ? "error" : "warning",
    message: { text: `Input reaches a call that trusts it: query${index}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: fileOf(index, "src") },
          region: { startLine: lineOf(index), startColumn: 5 },
        },
      },
    ],
  }))
  const rulesOfIt = rules.map((rule) => ({ id: `security/${rule}`, helpUri: "https://example.com/rules" }))
  const tool = { driver: { name: "scanner", version: "1.0.0", rules: rulesOfIt } }
  return JSON.stringify({ version: "2.1.0", runs: [{ tool, results }] })
}

function junitOf(count: number): string {
  const cases = numbers(count).map(
    (index) =>
      `<testcase classname="suite${index % 40}" name="does ${index}" file="${fileOf(index, "test")}" time="0.01">` +
      `<failure message="expected ${index} to be ${index + 1}">AssertionError: expected ${index} to be ${index + 1}\n` +
      `    at ${fileOf(index, "test")}:${lineOf(index)}:5</failure></testcase>`,
  )
  return `<?xml version="1.0"?><testsuites><testsuite name="all" tests="${count}" failures="${count}">${cases.join("")}</testsuite></testsuites>`
}
