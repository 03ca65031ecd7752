/** Which secrets a Dockerfile mounts, and what is said where one is missing. */
import type { Directory, Secret } from "@dagger.io/dagger"
import { expect, test } from "vitest"
import { language as dockerfile } from "../../../src/languages/dockerfile/index.ts"
import { component as schema } from "../../../src/languages/dockerfile/schema.ts"
import { mountedSecrets } from "../../../src/languages/dockerfile/secrets.ts"
import type { ComponentRequest } from "../../../src/languages/language.ts"

test("ids are read wherever they stand in a mount, and a mount without one is called like its file", () => {
  const text = [
    "FROM a",
    "RUN --mount=type=secret,id=npm_token,required=true npm ci",
    "RUN --mount=id=pip.conf,type=secret \\",
    "    --mount=type=cache,id=cache,target=/c pip install .",
    'RUN --mount=type=secret,"id=quoted" x',
    "RUN --mount=type=secret,target=/root/.netrc,mode=0400 x",
    "RUN --mount=type=ssh,id=key --mount=type=secret,id=npm_token,env=NPM_TOKEN x",
    "# RUN --mount=type=secret,id=comment x",
  ].join("\n")
  expect(mountedSecrets(text)).toEqual(["npm_token", "pip.conf", "quoted", ".netrc"])
})

function request(secrets: readonly string[], given: readonly string[], text: string) {
  const component = schema.parse({ path: "api", language: "dockerfile", secrets })
  const source = { exists: async () => true, file: () => ({ contents: async () => text }) }
  return {
    ...{ name: "api", component, trust: "branch" },
    source: source as unknown as Directory,
    secrets: new Map(given.map((name) => [name, {} as Secret])),
  } as unknown as ComponentRequest<typeof component>
}

const mounts = "FROM a\nRUN --mount=type=secret,id=npm_token npm ci\n"

test("a secret that is given and mounted is all that a build needs", async () => {
  await expect(dockerfile.assertBuildable(request(["npm_token"], ["npm_token"], mounts))).resolves.toBe(
    undefined,
  )
})

test("one that was not given ends with 13 and the call to make", async () => {
  const told = dockerfile.assertBuildable(request(["npm_token"], ["other"], mounts))
  await expect(told).rejects.toMatchObject({
    code: "SECRET_MISSING",
    exitCode: 13,
    detail: {
      what: "api cannot be built without the secret npm_token",
      next: "give it before the call: dagger call with-build-secret --name npm_token --value env://NPM_TOKEN FUNCTION …",
    },
  })
})

test("one that the Dockerfile does not mount is a mistake of the configuration, with the nearest that it does", async () => {
  const told = dockerfile.assertBuildable(request(["npm_tokn"], ["npm_tokn"], mounts))
  await expect(told).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    detail: { why: "it mounts npm_token", next: 'did you mean "npm_token"?' },
  })
})
