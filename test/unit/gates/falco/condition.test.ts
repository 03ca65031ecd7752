/** Conditions of Falco: written by hand after the grammar of libsinsp's filters and the forms that public rules have. */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { readCondition } from "../../../../src/gates/falco/condition.ts"

const used = (text: string) => {
  const read = readCondition(text)
  return "used" in read ? read.used.map(({ kind, name }) => `${kind} ${name}`) : `wrong: ${read.wrong}`
}

describe("a condition is read", () => {
  test.each([
    ["evt.type = execve", []],
    ["evt.type=execve and evt.dir=<", []],
    ["evt.num >= 0", []],
    ["spawned_process and container", ["macro spawned_process", "macro container"]],
    ["not user_known and not (proc.name in (a, b) or inside)", ["macro user_known", "macro inside"]],
    ["proc.name in (shell_binaries, bash, \"a b\", 'c')", []],
    ["proc.name in shell_binaries", ["list shell_binaries"]],
    ["fd.directory pmatch (/etc, /usr/local/bin)", []],
    ["proc.aname[2] exists and proc.aname[2] = sh", []],
    ['evt.arg["a]b"] contains "x ) and ("', []],
    ['proc.cmdline startswith "sh -c \\"x\\""', []],
    ["tolower(proc.name) = BASH", []],
    ["proc.name = val(proc.pname)", []],
    ["len(fd.name) > 10", []],
    ['fd.sip in ("10.0.0.0/8", 192.168.0.1)', []],
    ["k8s.ns.name != kube-system", []],
    ["notable and orphan and android", ["macro notable", "macro orphan", "macro android"]],
    ["not(inside) and(outside)", ["macro inside", "macro outside"]],
    ["a.b in ()", []],
    ["evt.type in (open,openat,\n  openat2)\n  and  inside", ["macro inside"]],
    ["ka.verb in (get, list) and ka.target.resource=secrets", []],
  ])("%s", (text, names) => {
    expect(used(text)).toEqual(names)
  })
})

describe("a condition is refused", () => {
  test.each([
    ["", /is empty/],
    ["(evt.type = open", /opened and not closed/],
    ["evt.type = open)", /closed that was not opened/],
    ["evt.type in (open, close", /opened and not closed/],
    ["evt.type in (open close)", /a comma or a closing parenthesis is missing/],
    ['proc.name = "bash', /quotation mark is opened/],
    ["proc.aname[2 = sh", /bracket is opened/],
    ["proc.name", /an operator is missing before its end/],
    ["proc.name bash", /an operator is missing before "bash"/],
    ["proc.name =", /a value is missing/],
    ["inside outside", /and, or, or its end is missing before "outside"/],
    ["inside and", /a field or a macro is missing/],
    ["inside or or outside", /missing/],
    ["name = bash", /name is compared, and is no field/],
    ["proc.name in", /missing/],
    [`${"(".repeat(200)}a${")".repeat(200)}`, /nested deeper/],
  ])("%s", (text, what) => {
    expect(used(text)).toMatch(what)
  })
})

test("whatever stands there is read or refused, and ends", () => {
  const part = fc.constantFrom(
    "(",
    ")",
    "and",
    "or",
    "not",
    "in",
    "=",
    '"',
    "'",
    "[",
    "]",
    ",",
    " ",
    "a",
    "a.b",
    "\\",
    "tolower(",
    "<",
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const text = parts.join(" ")
      const read = readCondition(text)
      return "used" in read || (read.at >= 0 && read.at <= text.length)
    }),
    { numRuns: 3000 },
  )
})

test("a condition that is cut off in a parenthesis, a quotation or a comparison is never taken for a whole one", () => {
  const whole = 'inside and (proc.name in (a, b) or fd.name startswith "/etc/x") and not evt.dir = <'
  expect(used(whole)).toEqual(["macro inside"])
  for (let end = 1; end < whole.length; end++) {
    const cut = whole.slice(0, end)
    const open = [...cut].filter((one) => one === "(").length > [...cut].filter((one) => one === ")").length
    if (open) expect([cut, used(cut)]).toEqual([cut, expect.stringMatching(/^wrong/)])
  }
})
