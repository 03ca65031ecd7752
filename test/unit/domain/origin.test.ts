import { expect, test } from "vitest"
import { originIn } from "../../../src/domain/clone.ts"

const config = (url: string) => `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs\n`

test.each([
  ["https://github.com/Example/shop.git", { host: "github.com", owner: "Example", name: "shop" }],
  ["https://token@gitlab.com/group/team/shop/", { host: "gitlab.com", owner: "group/team", name: "shop" }],
  ["git@github.com:example/shop.git", { host: "github.com", owner: "example", name: "shop" }],
  ["ssh://git@git.example.org:2222/shop.git", { host: "git.example.org", name: "shop" }],
  ["/srv/git/shop.git", { name: "shop" }],
  ["../shop", { name: "shop" }],
])("a clone of %s", (url, origin) => {
  expect(originIn(config(url))).toEqual(origin)
})

test("a repository without a remote is no clone", () => {
  expect(originIn("[core]\n\tbare = false\n")).toBeUndefined()
})
