import { secretShapes } from "./secrets.ts"

/** What stands in the place of a secret, wherever something is printed or kept. */
export const hidden = "(secret)"

/** Shorter values are words and ports: they are not looked for in running text. */
const shortest = 6

/** A secret as a text may hold it. Base64 around a match is of the same secret, and goes with it. */
interface Form {
  readonly text: string
  readonly base64: boolean
}

/**
 * The secrets that one call has met, and the one way to take them out of whatever it prints or keeps. Objects go
 * through `redact.ts` first; this is for what others have written: errors of tools and of the API server, events, logs.
 */
export class KnownSecrets {
  readonly #values = new Set<string>()
  #forms: readonly Form[] = []

  /** Remembers values; those below six characters are not looked for in text. */
  learn(values: Iterable<string>): void {
    const before = this.#values.size
    // A file ends with a line break that no program prints with its password.
    for (const value of values)
      for (const one of [value, value.trim()])
        if (one.length >= shortest && !hidden.includes(one)) this.#values.add(one)
    if (this.#values.size === before) return
    const forms = [...this.#values].flatMap(formsOf).filter(({ text }) => text.length >= shortest)
    const unique = new Map(forms.map((form) => [form.text, form]))
    this.#forms = [...unique.values()].sort((a, b) => b.text.length - a.text.length)
  }

  /** A text without any known secret, in clear, escaped or in base64, and without what is one by its shape. */
  hide(text: string): string {
    const known = this.#forms.reduce(withoutForm, text)
    return secretShapes.reduce(
      (rest, { pattern, whole }) => rest.replace(whole ?? all(pattern), hidden),
      known,
    )
  }
}

/** Itself, in JSON, in JSON within JSON, in an address, in base64. The plain ones last: they win where two are equal. */
function formsOf(value: string): readonly Form[] {
  const escaped = inJson(value)
  const plain = [value, escaped, inJson(escaped), inAddress(value)]
  return [
    ...base64Of(value).map((text) => ({ text, base64: true })),
    ...plain.map((text) => ({ text, base64: false })),
  ]
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1)
}

function inAddress(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch (error) {
    // Half a surrogate pair has no form in an address.
    if (!(error instanceof URIError)) throw error
    return value
  }
}

/**
 * The characters of base64 that depend on the value alone, whatever stands before and after it in what was encoded: a
 * user and a password in one header, a whole file in a Secret. One for each of the three places that it may begin at.
 */
function base64Of(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64")
    const own = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")]
  })
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

/** Counted from the end: a pattern that ends there tries every beginning, and a log may be one long line. */
function withoutTail(text: string): string {
  let end = text.length
  while (end > 0 && /[A-Za-z0-9+/_-]/.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

function all(pattern: RegExp): RegExp {
  return new RegExp(pattern, `${pattern.flags}g`)
}
