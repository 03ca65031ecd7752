import { existsSync, readFileSync, statSync } from "node:fs"
import { expect, test } from "vitest"
import { z } from "zod"

const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync("package.json", "utf8")))

test.each(["@dagger.io/dagger", "zod", "yaml", "semver", "vitest"])(
  "package.json names %s in one exact version",
  (name) => {
    const version = manifest.dependencies[name] ?? manifest.devDependencies[name]
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  },
)

test.each(["package.json", "tsconfig.json", "dagger.json", "README.md"])(
  "the file %s is at the top",
  (name) => expect(statSync(name).isFile()).toBe(true),
)

test.each(["src", "pipelines", "environments", "test", ".github"])(
  "the directory %s is at the top",
  (name) => {
    expect(existsSync(name) && statSync(name).isDirectory()).toBe(true)
  },
)
