/** Where a tree is tried: a namespace by its name, and a registry that somebody has named for it. */
import { expect, test } from "vitest"
import { partsOf, triedNamespace } from "../../../pipelines/try-place.ts"

test.each([
  [undefined, "shop-try-dev"],
  ["ada", "shop-try-ada"],
  ["Ada Lovelace <ada@example.org>", "shop-try-ada-lovelace-ada-example-org"],
  ["https://ci.example/jobs/17", "shop-try-https-ci-example-jobs-17"],
])("%s tries in namespace %s", (who, namespace) => {
  expect(triedNamespace("shop", who)).toBe(namespace)
})

test.each(["", "…", "x".repeat(60)])("%j is no name of a try", (who) => {
  expect(() => triedNamespace("shop", who)).toThrow(
    /^USAGE: the name of the try makes no name of a namespace/,
  )
})

test.each([
  ["localhost:5001", { host: "localhost:5001", path: "" }],
  ["registry.example/team/tries", { host: "registry.example", path: "team/tries" }],
])("%s is a registry", (text, parts) => {
  expect(partsOf(text)).toEqual(parts)
})

test.each(["https://localhost:5001", "localhost:5001/", "Registry.example", "a/b:tag", "--insecure"])(
  "%s is none",
  (text) => {
    expect(() => partsOf(text)).toThrow(/^USAGE: the registry of the try is none/)
  },
)
