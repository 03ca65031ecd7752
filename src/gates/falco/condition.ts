/**
 * The conditions of Falco, as far as form and names go: falco.org, "Condition Syntax", and the grammar of libsinsp's filters
 * (userspace/libsinsp/filter/parser.h of falcosecurity/libs). Which fields there are and which values they have is not looked at.
 */

/** A name that a condition uses, and where in its text. */
export interface Used {
  readonly kind: "macro" | "list"
  readonly name: string
  readonly at: number
}

/** What a condition uses, or what is wrong with it and where. */
export type Condition = { readonly used: readonly Used[] } | { readonly wrong: string; readonly at: number }

const symbols = ["==", "!=", "<=", ">=", "=", "<", ">"] as const
const words = /^(?:i?contains|bcontains|startswith|bstartswith|endswith|i?glob|regex)(?=[\s("'])/
const listWords = /^(?:intersects|in|pmatch)(?=[\s(])/
const exists = /^exists(?![\w.])/
const identifier = /^[A-Za-z][A-Za-z0-9_]*/
const field = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+/
const bare = /^[^()"'\s=,]+/

class Malformed extends Error {
  readonly at: number

  constructor(what: string, at: number) {
    super(what)
    this.at = at
  }
}

/** Deeper than anybody writes: a condition of nothing but parentheses must not end the call. */
const deepest = 100

export function readCondition(text: string): Condition {
  const parser = new Parser(text)
  try {
    return { used: parser.whole() }
  } catch (error) {
    if (error instanceof Malformed) return { wrong: error.message, at: error.at }
    throw error
  }
}

class Parser {
  readonly #text: string
  readonly #used: Used[] = []
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): readonly Used[] {
    this.#blank()
    if (this.#at === this.#text.length) throw this.#wrong("it is empty")
    this.#either()
    if (this.#at < this.#text.length)
      throw this.#wrong(
        this.#rest().startsWith(")")
          ? "a parenthesis is closed that was not opened"
          : `and, or, or its end is missing before ${this.#next()}`,
      )
    return this.#used
  }

  #either(): void {
    this.#all()
    while (this.#word("or")) this.#all()
  }

  #all(): void {
    this.#negated()
    while (this.#word("and")) this.#negated()
  }

  #negated(): void {
    while (this.#word("not")) {
      // Each of them turns it round.
    }
    this.#check()
  }

  #check(): void {
    if (this.#rest().startsWith("(")) {
      const opened = this.#at
      this.#deeper(() => {
        this.#skip(1)
        this.#either()
      })
      if (!this.#rest().startsWith(")")) {
        if (this.#at < this.#text.length)
          throw this.#wrong(`and, or, or a closing parenthesis is missing before ${this.#next()}`)
        throw new Malformed("a parenthesis is opened and not closed", opened)
      }
      this.#skip(1)
      return
    }
    const start = this.#at
    const name = identifier.exec(this.#rest())?.[0]
    const isMacro =
      name !== undefined &&
      field.exec(this.#rest()) === null &&
      !/^\s*\(/.test(this.#rest().slice(name.length))
    if (!isMacro) {
      this.#operand()
      this.#compared()
      return
    }
    this.#skip(name.length)
    if (this.#hasOperator())
      throw new Malformed(`${name} is compared, and is no field: fields have a dot`, start)
    this.#used.push({ kind: "macro", name, at: start })
  }

  /** A field, or one that a transformer is applied to: `tolower(proc.name)`. */
  #operand(): void {
    const found = field.exec(this.#rest())?.[0]
    if (found !== undefined) {
      this.#at += found.length
      if (this.#text[this.#at] === "[") this.#argument()
      this.#blank()
      return
    }
    const name = identifier.exec(this.#rest())?.[0]
    if (name === undefined) throw this.#wrong(`a field or a macro is missing before ${this.#next()}`)
    this.#skip(name.length)
    this.#deeper(() => {
      this.#expect("(")
      this.#operand()
      while (this.#rest().startsWith(",")) {
        this.#skip(1)
        this.#value()
      }
      this.#expect(")")
    })
  }

  /** `proc.aname[2]`, `evt.arg["a]b"]`. */
  #argument(): void {
    const opened = this.#at
    this.#at += 1
    if (/["']/.test(this.#text[this.#at] ?? "")) this.#quoted()
    else this.#at += /^[^\]\s"']*/.exec(this.#rest())?.[0].length ?? 0
    if (this.#text[this.#at] !== "]") throw new Malformed("a bracket is opened and not closed", opened)
    this.#at += 1
  }

  #compared(): void {
    if (exists.test(this.#rest())) {
      this.#skip("exists".length)
      return
    }
    const listWord = listWords.exec(this.#rest())?.[0]
    if (listWord !== undefined) {
      this.#skip(listWord.length)
      this.#values()
      return
    }
    const operator = symbols.find((one) => this.#rest().startsWith(one)) ?? words.exec(this.#rest())?.[0]
    if (operator === undefined) throw this.#wrong(`an operator is missing before ${this.#next()}`)
    this.#skip(operator.length)
    this.#value()
  }

  /** In parentheses stand values and lists; which of them is a list, only its name tells. Without them it is a list. */
  #values(): void {
    if (!this.#rest().startsWith("(")) {
      const start = this.#at
      const name = bare.exec(this.#rest())?.[0]
      if (name === undefined) throw this.#wrong(`a list is missing before ${this.#next()}`)
      this.#skip(name.length)
      // A transformer gives values, too.
      if (this.#rest().startsWith("(")) this.#back(start, () => this.#operand())
      else if (!field.test(name)) this.#used.push({ kind: "list", name, at: start })
      return
    }
    const opened = this.#at
    this.#skip(1)
    if (!this.#rest().startsWith(")")) {
      this.#value()
      while (this.#rest().startsWith(",")) {
        this.#skip(1)
        this.#value()
      }
    }
    if (!this.#rest().startsWith(")")) {
      if (this.#at < this.#text.length)
        throw this.#wrong(`a comma or a closing parenthesis is missing before ${this.#next()}`)
      throw new Malformed("a parenthesis is opened and not closed", opened)
    }
    this.#skip(1)
  }

  #value(): void {
    if (/^["']/.test(this.#rest())) {
      this.#quoted()
      this.#blank()
      return
    }
    const start = this.#at
    const found = bare.exec(this.#rest())?.[0]
    if (found === undefined) throw this.#wrong(`a value is missing before ${this.#next()}`)
    this.#skip(found.length)
    if (identifier.test(found) && this.#rest().startsWith("(")) this.#back(start, () => this.#operand())
  }

  #quoted(): void {
    const opened = this.#at
    const quote = this.#text[opened]
    for (this.#at += 1; this.#text[this.#at] !== quote; this.#at += this.#text[this.#at] === "\\" ? 2 : 1)
      if (this.#at >= this.#text.length)
        throw new Malformed("a quotation mark is opened and not closed", opened)
    this.#at += 1
  }

  #hasOperator(): boolean {
    const rest = this.#rest()
    return (
      symbols.some((one) => rest.startsWith(one)) ||
      [words, listWords, exists].some((pattern) => pattern.test(rest))
    )
  }

  #word(word: string): boolean {
    const found = new RegExp(`^${word}(?=[\\s(]|$)`, "i").exec(this.#rest())
    if (found === null) return false
    this.#skip(word.length)
    return true
  }

  #expect(sign: string): void {
    if (!this.#rest().startsWith(sign)) throw this.#wrong(`${sign} is missing before ${this.#next()}`)
    this.#skip(1)
  }

  #deeper(work: () => void): void {
    this.#depth += 1
    if (this.#depth > deepest) throw this.#wrong(`it is nested deeper than ${deepest}`)
    work()
    this.#depth -= 1
  }

  #back(to: number, work: () => void): void {
    this.#at = to
    work()
  }

  #skip(length: number): void {
    this.#at += length
    this.#blank()
  }

  #blank(): void {
    this.#at += /^\s*/.exec(this.#rest())?.[0].length ?? 0
  }

  #rest(): string {
    return this.#text.slice(this.#at)
  }

  #next(): string {
    return this.#at >= this.#text.length ? "its end" : JSON.stringify(this.#rest().slice(0, 20))
  }

  #wrong(what: string): Malformed {
    return new Malformed(what, this.#at)
  }
}
