import { describe, expect, test } from "vitest"
import { judgeApprovals } from "../../../src/domain/index.ts"

const approvers = [
  { name: "alice", emails: ["Alice@shop.example", "alice@home.example"] },
  { name: "bob", emails: ["bob@shop.example"] },
  { name: "carol", emails: ["carol@shop.example"] },
]
const judged = (approvedBy: readonly string[], ...authors: readonly string[]) =>
  judgeApprovals({ approvers, approvedBy, authors })

describe("whose approvals count", () => {
  test("approvers of the policy, each once, by the policy's spelling", () => {
    expect(judged(["bob", "Alice", "BOB", " bob "], "dave@shop.example")).toEqual({
      counted: ["alice", "bob"],
      others: [],
    })
  })

  test("nobody whom the policy does not name", () => {
    expect(judged(["mallory", "bob", "", " "])).toEqual({
      counted: ["bob"],
      others: [{ name: "mallory", why: "the policy names no such approver" }],
    })
  })

  test.each([
    ["by an address of the list", "alice@home.example"],
    ["in other letters", "ALICE@SHOP.EXAMPLE"],
    ["behind GitHub's address for a login", "12345+alice@users.noreply.github.com"],
    ["behind that of an old account", "alice@users.noreply.github.com"],
    ["behind that of a GitHub server of one's own", "7+Alice@users.noreply.git.shop.example"],
  ])("not the author of the change, %s", (_, author) => {
    expect(judged(["alice", "bob"], "dave@shop.example", author)).toEqual({
      counted: ["bob"],
      others: [{ name: "alice", why: `has changed it, as ${author}` }],
    })
  })

  test.each([
    "notalice@users.noreply.github.com",
    "1+alice+x@users.noreply.github.com",
    "alice@shop.example.evil.example",
    "noreply@github.com",
  ])("another address, %s, is nobody's", (author) => {
    expect(judged(["alice"], author).counted).toEqual(["alice"])
  })
})
