/** The built-in configuration of nginx, by the pages that it serves. What nginx does with it: test/engine/build-images.test.ts. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { configurationFor } from "../../../src/languages/node/nginx/main.ts"
import { contentSecurityPolicy, inlineScripts } from "../../../src/languages/node/nginx/policy.ts"

const template = readFileSync("src/languages/node/nginx/default.conf", "utf8")
const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`
const policyOf = (...pages: string[]) => contentSecurityPolicy(inlineScripts(pages))

describe("the policy of the built-in nginx configuration", () => {
  test("G04 allows the inline scripts that the pages have, and no others", () => {
    const policy = policyOf(
      '<script>document.title="alive"</script>',
      "<SCRIPT type='module'>\nrun()\r\n</SCRIPT >",
    )
    expect(policy).toContain(
      `script-src 'self' ${[hash('document.title="alive"'), hash("\nrun()\n")].sort().join(" ")};`,
    )
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/)
  })

  test("G04 is strict where no page has an inline script", () => {
    const page =
      '<script src="/a.js"></script><script type="application/ld+json">{}</script><!-- <script>x</script> -->'
    expect(policyOf(page, "<p>")).toContain("script-src 'self';")
  })

  test.each([
    ['<button onclick="go()">', "a handler in an attribute"],
    ["<a href='javascript:go()'>", "an address that is a script"],
    [
      Array.from({ length: 41 }, (_, n) => `<script>${n}</script>`).join(""),
      "more scripts than a header may name",
    ],
  ])("sibling of G04: %s needs unsafe-inline", (page) => {
    expect(policyOf(page)).toContain("script-src 'self' 'unsafe-inline';")
  })

  test("sibling of G04: inline styles, small data: assets and an interface on another host work", () => {
    const policy = policyOf("")
    for (const part of [
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      "connect-src 'self' https:",
    ])
      expect(policy).toContain(part)
    for (const part of ["object-src 'none'", "base-uri 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(part)
  })

  test("stands in the configuration once, as one quoted value", () => {
    const text = configurationFor(template, ["<script>1</script>"])
    expect(text.match(/add_header Content-Security-Policy "default-src [^"]+" always;/g)).toHaveLength(1)
    expect(() => configurationFor("server {}", [])).toThrow(/the template has no/)
  })
})

describe("the lifetime of a file in caches", () => {
  const patterns = [...template.matchAll(/^ +"~([^"]+)" 1y;$/gm)].map(
    ([, pattern = ""]) => new RegExp(pattern),
  )
  const keeps = (path: string) => patterns.some((pattern) => pattern.test(path))

  test.each([
    ...[
      "/assets/index-B3kd9_xZ.js",
      "/shop/assets/index-B3kd9_xZ.js",
      "/assets/app.3f2a9c1b.js",
      "/static/js/main.0a1b2c3d.chunk.js",
    ],
    ...[
      "/_next/static/chunks/main-0123456789abcdef.js",
      "/_astro/hoisted.B3kd9xZ_.js",
      "/_app/immutable/chunks/B3kd9xZq.js",
    ],
  ])("X1 %s has a hash in its name: a year", (path) => expect(keeps(path)).toBe(true))

  test.each([
    ...["/", "/index.html", "/docs/", "/main.js", "/sw.js", "/assets/logo.txt", "/assets/holiday1.jpg"],
    ...[
      "/assets/IMG-20240101.jpg",
      "/assets/bootstrap-5.3.0.min.js",
      "/docs/report-3f2a9c1b.html",
      "/assets/component-library.js",
    ],
  ])("G10 X1 %s may change: asked for again", (path) => expect(keeps(path)).toBe(false))

  test("X1 everything else is asked for again", () => {
    expect(template).toMatch(/map \$uri \$lifetime \{\n +default epoch;/)
    expect(template).toMatch(/^ +expires \$lifetime;$/m)
  })
})
