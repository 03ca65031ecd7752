// What may stand behind each npm script, so that a slip of the finger is refused before anything is installed or built.
// The programs read their own arguments; they ask here first, for whoever starts them without the bootstrap.

import { nearest } from "./nearest.mjs"

const flag = { kind: "flag" }
const text = (name) => ({ kind: "text", name })
const number = { kind: "number", name: "N" }
const oneOf = (...values) => ({ kind: "one of", name: values.join("|"), values })
const nothing = { options: {} }

/**
 * A command's options; how many words it takes beside them, none by default; the commands below it. Its first word is
 * one of these.
 */
const commands = {
  demo: {
    options: {
      verify: text("DIRECTORY"),
      example: oneOf("intelligent-agent", "pricing-agent", "intelliflow"),
    },
  },
  test: {
    options: {
      tier: oneOf("unit", "engine", "cluster", "faults"),
      full: flag,
      continue: flag,
      seed: number,
      help: flag,
    },
    words: { name: "PART-OF-A-FILE-NAME...", most: Number.POSITIVE_INFINITY },
  },
  cases: nothing,
  // Which projects there are, the program knows.
  corpus: { options: {}, words: { name: "PROJECT...", most: Number.POSITIVE_INFINITY } },
  rows: nothing,
  check: nothing,
  // Which benches there are, the program knows.
  bench: {
    options: { rounds: number, "keep-cache": flag },
    words: { name: "BENCH...", most: Number.POSITIVE_INFINITY },
  },
  faults: { options: { "demo-kills": number, seed: number, skip: number, within: number } },
  "gates:sonar": {
    options: {
      home: text("DIRECTORY"),
      scanner: text("DIRECTORY"),
      running: text("ADDRESS"),
      process: number,
      "token-file": text("FILE"),
      only: text("ABOUT"),
      record: flag,
    },
  },
  toolchain: {
    options: { help: flag },
    commands: {
      up: { options: { engine: flag } },
      status: nothing,
      logs: { options: {}, words: { name: "[NAME]", most: 1 } },
      down: nothing,
      clean: nothing,
      env: nothing,
      lock: nothing,
      images: { options: {}, words: { name: "LANGUAGE", most: 1 } },
      cluster: {
        options: {},
        commands: {
          up: nothing,
          down: nothing,
          status: nothing,
          kubeconfig: { options: { admin: flag, namespace: text("NAME") } },
        },
      },
    },
  },
  wrappers: { options: { check: flag } },
}

export const commandNames = Object.keys(commands)

/**
 * What is wrong with a command line, in one line with the nearest name that would be right; undefined where nothing is.
 * @param command one of `commandNames`, or what stands in its place
 */
export function misuse(command, args) {
  return below({ commands, options: {} }, [], [command, ...args])
}

function below(spec, path, args) {
  const [first = ""] = args
  if (!spec.commands || first.startsWith("-")) return wrongArgument(spec, path.join(" ") || "npm run", args)
  const names = Object.keys(spec.commands)
  if (names.includes(first)) return below(spec.commands[first], [...path, first], args.slice(1))
  const where = path.length > 0 ? `${path.join(" ")}: ` : ""
  const hint = meant(first, names) ?? `say one of: ${names.join(", ")}.`
  return first === "" ? `${where}${hint}` : `${where}there is no command "${first}"; ${hint}`
}

function wrongArgument({ options, words = { most: 0 } }, command, args) {
  const hint = (seen) => meant(seen, Object.keys(options), "--") ?? takes(options, words)
  let taken = 0
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]
    if (!arg.startsWith("-")) {
      taken++
      if (taken > words.most) return `${command} has no use for "${arg}"; ${hint(arg)}`
      continue
    }
    const [name = "", ...rest] = arg.replace(/^--?/, "").split("=")
    const option = arg.startsWith("--") && Object.hasOwn(options, name) ? options[name] : undefined
    if (!option) return `${command} has no option ${arg}; ${hint(name)}`
    const given = rest.length > 0 ? rest.join("=") : undefined
    if (option.kind === "flag") {
      if (given !== undefined) return `${command}: --${name} takes no value: ${arg}.`
      continue
    }
    if (given === undefined) index++
    const problem = wrongValue(option, given ?? args[index])
    if (problem) return `${command}: --${name} ${problem}`
  }
  return undefined
}

function wrongValue({ kind, name, values }, value) {
  if (value === undefined || value === "" || value.startsWith("-")) return `needs a value: ${name}.`
  if (kind === "number" && !/^\d{1,15}$/.test(value)) return `is a whole number, not ${value}.`
  if (kind === "one of" && !values.includes(value))
    return `cannot be ${value}; ${meant(value, values) ?? `it is one of: ${values.join(", ")}.`}`
  return undefined
}

function meant(seen, names, before = "") {
  const name = nearest(seen, names)
  return name && `did you mean ${before}${name}?`
}

function takes(options, words) {
  const shown = Object.entries(options).map(([name, { kind, name: value }]) =>
    kind === "flag" ? `[--${name}]` : `[--${name} ${value}]`,
  )
  const all = [...shown, ...(words.name ? [words.name] : [])]
  return all.length > 0 ? `it takes: ${all.join(" ")}` : "it takes no arguments."
}
