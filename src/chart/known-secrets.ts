import { type EscapedForm, escapedForm } from "./escaped-secret.ts"
import { secretShapes } from "./secrets.ts"

/** Replaces a secret wherever something is printed or stored. */
export const hidden = "(secret)"

/** Shorter values are words and ports: hiding them would make texts unreadable. */
const shortest = 6

/** One encoding of a secret in a text. Base64 characters around a match belong to the same value, and are hidden too. */
interface Form {
  readonly text: string
  readonly base64: boolean
}

/**
 * The secrets that one call has read, and the only way to hide them in what it prints or stores. Kubernetes objects are
 * redacted by `redact.ts`; this is for texts of others: errors of tools and of the API server, events, logs.
 */
export class KnownSecrets {
  readonly #values = new Set<string>()
  #forms: readonly Form[] = []
  #escaped: readonly EscapedForm[] = []

  /** Adds values; those shorter than six characters are not hidden. */
  learn(values: Iterable<string>): void {
    const before = this.#values.size
    // A secret read from a file may end with a line break that programs do not print.
    for (const value of values)
      for (const one of [value, value.trim()])
        if (one.length >= shortest && !hidden.includes(one)) this.#values.add(one)
    if (this.#values.size === before) return
    const forms = [...this.#values].flatMap(formsOf).filter(({ text }) => text.length >= shortest)
    const unique = new Map(forms.map((form) => [form.text, form]))
    this.#forms = [...unique.values()].sort((a, b) => b.text.length - a.text.length)
    const longestFirst = [...this.#values].sort((a, b) => b.length - a.length)
    this.#escaped = longestFirst.flatMap((value) => escapedForm(value) ?? [])
  }

  /** Hides every known secret in a text, plain, escaped, in hex or in base64, and what has the shape of a secret. */
  hide(text: string): string {
    // First the escaped ones: a shorter secret that is a part of one would leave the rest of it.
    const plain = this.#escaped.reduce(withoutEscaped, text)
    const known = this.#forms.reduce(withoutForm, plain)
    return secretShapes.reduce(
      (rest, { pattern, whole }) => rest.replace(whole ?? all(pattern), hidden),
      known,
    )
  }
}

/** Plain, in JSON, in JSON within JSON, in a URL, in hex, in base64. Base64 first: where two are equal, the later one is used. */
function formsOf(value: string): readonly Form[] {
  const escaped = inJson(value)
  const plain = [value, escaped, inJson(escaped), inAddress(value), ...inHex(value)]
  return [
    ...base64Of(value).map((text) => ({ text, base64: true })),
    ...plain.map((text) => ({ text, base64: false })),
  ]
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1)
}

/** As one word, and as bytes with `:` or a space between them, as dumps show them. */
function inHex(value: string): readonly string[] {
  const hex = Buffer.from(value).toString("hex")
  const bytes = hex.match(/../g) ?? []
  const all = [hex, bytes.join(":"), bytes.join(" ")]
  return [...all, ...all.map((text) => text.toUpperCase())]
}

function inAddress(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch (error) {
    // A lone surrogate cannot be encoded in a URL.
    if (!(error instanceof URIError)) throw error
    return value
  }
}

/**
 * The base64 characters that depend on the value alone, whatever was encoded before and after it: a user and a password
 * in one header, a whole file in a Secret. One for each of the three offsets that it may begin at.
 */
function base64Of(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64")
    const own = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")]
  })
}

function withoutEscaped(text: string, { pattern, unescaped }: EscapedForm): string {
  return text.includes(unescaped) ? text.replace(pattern, hidden) : text
}

function withoutForm(text: string, form: Form): string {
  if (!text.includes(form.text)) return text
  return text
    .split(form.text)
    .reduce((before, after) =>
      form.base64
        ? withoutTail(before) + hidden + after.replace(/^[A-Za-z0-9+/_-]*={0,2}/, "")
        : before + hidden + after,
    )
}

/** A loop instead of a pattern anchored at the end, which takes quadratic time on a log of one long line. */
function withoutTail(text: string): string {
  let end = text.length
  while (end > 0 && /[A-Za-z0-9+/_-]/.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

function all(pattern: RegExp): RegExp {
  return new RegExp(pattern, `${pattern.flags}g`)
}
