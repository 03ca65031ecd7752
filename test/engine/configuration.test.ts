/** Mistakes in files that only a deployment reads: told before anything is judged, built or published. */
import { expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { project, publishedBy, stackLine, told } from "./support/project.ts"
import { commitAll } from "./support/repository.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const script = 'import http from "k6/http"\nexport default () => http.get(__ENV.BASE_URL)\n'

it.each([
  [
    "a smoke test and a path that are wrong",
    { "smoke.yaml": "checks: [{ name: page, path: index.html }]\n" },
    "smoke: smoke.yaml\nload: { script: gone.js }\n",
    [
      /smoke\.yaml:1:30: checks\[0\]\.path: "index\.html"/,
      /signalbox\.yaml:8:17: load\.script: "gone\.js" does not exist/,
    ],
  ],
  [
    "a load script that does not parse",
    { "load.js": `${script}}` },
    "load: { script: load.js }\n",
    [/CONFIG_INVALID: the load script cannot be run/, /load\.js/],
  ],
  [
    "a load script that imports what will not be there",
    { "load.js": `import "./other.js"\n${script}`, "other.js": "" },
    "load: { script: load.js }\n",
    [/CONFIG_INVALID: the load script cannot be run/, /other\.js/],
  ],
])("%s", async (_name, files, more, said) => {
  await using here = await project()
  await here.write({ ...files, "signalbox.yaml": (await here.files.read("signalbox.yaml")) + more })
  await commitAll(here.files.path)
  const outcome = await here.call(["publish", "--version", "1.0.0-rc.1"])
  const error = finalError(outcome)
  expect(outcome.code).toBe(13)
  for (const one of said) expect(error).toMatch(one)
  expect(told(error).next).toBeDefined()
  expect(error).not.toMatch(stackLine)
  expect(await publishedBy(here.name)).toEqual([])
})
