/**
 * `node main.ts TEMPLATE SITE OUT` writes the configuration of nginx for a directory of static files. No packages: it runs
 * in any container with Node.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { contentSecurityPolicy, inlineScripts } from "./policy.ts"

const placeholder = "CONTENT-SECURITY-POLICY"

/** The configuration for pages. */
export function configurationFor(template: string, pages: readonly string[]): string {
  const at = template.lastIndexOf(placeholder)
  if (at < 0) throw new Error(`the template has no ${placeholder}`)
  const policy = contentSecurityPolicy(inlineScripts(pages))
  return template.slice(0, at) + policy + template.slice(at + placeholder.length)
}

if (import.meta.main) {
  const [template, site, out] = process.argv.slice(2)
  if (template === undefined || site === undefined || out === undefined)
    throw new Error("usage: main.ts TEMPLATE SITE OUT")
  const pages = readdirSync(site, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.html?$/i.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
  writeFileSync(out, configurationFor(readFileSync(template, "utf8"), pages))
}
