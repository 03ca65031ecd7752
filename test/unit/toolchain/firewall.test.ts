import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { removalOf } from "../../../toolchain/engine/firewall.ts"

const recorded = readFileSync(join(import.meta.dirname, "../../recorded/iptables/engine-running.txt"), "utf8")
const rules = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("-A"))

/** What stays of saved rules when a removal is applied. */
function applied(saved: string, removal: string): string[] {
  const gone = removal.split("\n").map((line) => line.replace(/^-D/, "-A"))
  return rules(saved).filter((rule) => !gone.includes(rule))
}

test("nothing stays of an engine that ran alone", () => {
  const removal = removalOf(recorded)
  expect(rules(recorded).length).toBeGreaterThan(40)
  expect(applied(recorded, removal)).toEqual([])
  const emptied = removal.split("\n").filter((line) => line.startsWith("-X"))
  const made = recorded.split("\n").filter((line) => line.startsWith(":CNI-"))
  expect(emptied.map((line) => line.slice(3)).sort()).toEqual(
    made.map((line) => line.slice(1).split(" ")[0]).sort(),
  )
})

test("rules of another network and the chains that it shares stay", () => {
  const foreign = [
    "-A CNI-FORWARD -d 10.88.0.5/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A INPUT -s 10.87.0.9/32 -j DROP",
  ]
  const saved = recorded.replace("-A CNI-FORWARD", `${foreign.join("\n")}\n-A CNI-FORWARD`)
  const removal = removalOf(saved)
  expect(removal).not.toContain("-X CNI-FORWARD")
  expect(applied(saved, removal)).toEqual(expect.arrayContaining(foreign))
  expect(applied(saved, removal)).toHaveLength(foreign.length + 2)
})

test("a machine without such rules needs no removal", () => {
  expect(removalOf("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n")).toBe("")
  expect(removalOf("")).toBe("")
})
