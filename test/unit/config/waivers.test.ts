import { expect, test } from "vitest"
import { checkWaivers, formatProblem, parseWaivers } from "../../../src/config/index.ts"
import { gateNames } from "../../../src/gates/catalogue.ts"

const one = `schemaVersion: 1
waivers:
  - id: W-1
    gate: vulnerabilities
    rule: CVE-2021-23337
    file: package-lock.json
    subject: lodash@4.17.20
    reason: not reachable from any route
    owner: platform team
    expires: 2027-02-28
`
const told = (text: string) => checkWaivers(text, "w.yaml").problems.map(formatProblem)

test("a waiver has an identity, a reason, an owner and an end", () => {
  expect(parseWaivers(one, "w.yaml")).toEqual([
    {
      id: "W-1",
      gate: "vulnerabilities",
      rule: "CVE-2021-23337",
      file: "package-lock.json",
      subject: "lodash@4.17.20",
      reason: "not reachable from any route",
      owner: "platform team",
      expires: "2027-02-28",
    },
  ])
})

test("V42 a waiver may say that the tool is wrong, and which number it accepts", () => {
  const text = `${one}    falsePositive: true\n    accepts: 75.5\n`
  expect(parseWaivers(text, "w.yaml")).toMatchObject([{ falsePositive: true, accepts: 75.5 }])
  expect(told(text.replace("75.5", "most of it"))).toHaveLength(1)
})

test.each([
  [
    "    owner: platform team\n",
    "",
    'w.yaml:3:5: waivers[0].owner: the key "owner" is missing; allowed: text',
  ],
  [
    "2027-02-28",
    "2027-02-30",
    'w.yaml:10:14: waivers[0].expires: "2027-02-30" is not allowed; allowed: a day that exists in the calendar, as YYYY-MM-DD',
  ],
  [
    "2027-02-28",
    "2027-13-45",
    'w.yaml:10:14: waivers[0].expires: "2027-13-45" is not allowed; allowed: a day that exists in the calendar, as YYYY-MM-DD',
  ],
  [
    "2027-02-28",
    "2027-02-28T10:00:00Z",
    'w.yaml:10:14: waivers[0].expires: "2027-02-28T10:00:00Z" is not allowed; allowed: a date as YYYY-MM-DD',
  ],
  [
    "package-lock.json",
    '"**/package-lock.json"',
    'w.yaml:6:11: waivers[0].file: "**/package-lock.json" is not allowed; allowed: the exact text, without * and ?',
  ],
  [
    "gate: vulnerabilities",
    "gate: vulnerability",
    `w.yaml:4:11: waivers[0].gate: "vulnerability" is not allowed; allowed: ${gateNames.join(", ")}; did you mean "vulnerabilities"?`,
  ],
])("sibling of V42 and V44: %j as %j is refused", (from, to, message) => {
  expect(told(one.replace(from, to))).toEqual([message])
})

test("one id and one finding per waiver", () => {
  const second = one.slice(one.indexOf("  - id"))
  expect(told(one + second)).toEqual([
    'w.yaml:11:9: waivers[1].id: "W-1" occurs here twice; allowed: each id and each finding once',
  ])
  expect(told(one + second.replace("W-1", "W-2"))).toEqual([
    'w.yaml:11:5: waivers[1]: the finding of "W-2" occurs here twice; allowed: each id and each finding once',
  ])
})
