import { lastCommand } from "./runner.ts"

/** Options of Node that take the next word as their value. */
const withValue = [
  "-r",
  "--require",
  "--import",
  "--loader",
  "--experimental-loader",
  "-C",
  "--conditions",
  "--env-file",
]
/** Those that load something before the program, which the image would start without. */
const preloading = /^(?:-r|--require|--import|--(?:experimental-)?loader)$/
/** It only reads a file `.env`, which no image has. */
const harmless = /^dotenv\/config$/
/** Programs that start Node's program and keep it running. */
const supervisors = /^(?:nodemon|pm2-runtime|forever)$/
/** At the end of a script: it starts another one, by any package manager. */
const otherScript =
  /(?:^|&&|\|\||;)\s*(?:(?:cross-env\s+)?(?:\w+=\S*\s+)*)(?:npm|pnpm|yarn)(?:\s+(?:run|run-script))?(?:\s+(?:-s|--silent))?\s+([\w][\w:.-]*)\s*$/
/** A script that starts another one starts that one's program; more steps than this are a circle. */
const mostSteps = 5

/**
 * The file that a script has Node run, as the script has it; null where it starts something else, or Node with what an
 * image's entry cannot say.
 */
export function startedFile(
  script: string,
  main: string | undefined,
  scripts: Readonly<Record<string, string>> = {},
  step = 0,
): string | null {
  const [, name] = otherScript.exec(script) ?? []
  if (name !== undefined) {
    const next = scripts[name]
    return next === undefined || step >= mostSteps ? null : startedFile(next, main, scripts, step + 1)
  }
  const [program = "", ...words] = lastCommand(script) ?? []
  if (program !== "node" && !supervisors.test(program)) return null
  return argumentOf(words, main)
}

function argumentOf(words: readonly string[], main: string | undefined): string | null {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ""
    if (!word.startsWith("-")) return fileOf(word, main)
    const [option = "", value = withValue.includes(word) ? words[++index] : ""] = word.split("=")
    if (preloading.test(option) && !harmless.test(value ?? "")) return null
  }
  return null
}

/** No file where a shell would have to say which one it is. */
function fileOf(word: string, main: string | undefined): string | null {
  if (word === ".") return main ?? "index.js"
  return /^[\w@./-]+$/.test(word) ? word : null
}
